package amber.ec2;

import java.util.List;
import java.util.Optional;

/**
 * An image and all around it that a change of its life bears upon.
 *
 * @param sharedWith who may launch it besides its owner, in words; told to the owner only
 * @param references what of the account names it
 * @param snapshots those behind its devices
 * @param rules by which the Recycle Bin keeps what is deregistered or deleted
 */
public record ImageOutlook(
    ImageSummary image,
    Told<List<String>> sharedWith,
    Told<List<ImageReference>> references,
    List<SnapshotOutlook> snapshots,
    Told<RetentionRules> rules) {

  /** Copies the list. */
  public ImageOutlook {
    snapshots = List.copyOf(snapshots);
  }

  /** What goes on launching it, or tries to: all that names it but instances, which run on. */
  public List<ImageReference> launchers() {
    return references.value().orElse(List.of()).stream()
        .filter(each -> !each.isInstance())
        .toList();
  }

  /** The instances that were launched from it. */
  public List<ImageReference> instances() {
    return references.value().orElse(List.of()).stream()
        .filter(ImageReference::isInstance)
        .toList();
  }

  /** A snapshot because of which EC2 refuses to enable the image, if there is one. */
  public Optional<SnapshotOutlook> archived() {
    return snapshots.stream().filter(SnapshotOutlook::isArchived).findFirst();
  }
}

package amber.cli;

import amber.ec2.ImageOutlook;
import amber.ec2.ImageReference;
import amber.ec2.SnapshotOutlook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a change of an AMI's life means to others, in words. */
final class ImageMeaning {

  private static final int MOST_NAMED = 10;

  private ImageMeaning() {}

  /** Who cannot launch it any more. */
  static String access(ImageOutlook image) {
    if (!image.sharedWith().isKnown()) {
      return "with whom it is shared is not known: " + image.sharedWith().problem().orElse("");
    }
    List<String> others = image.sharedWith().value().orElseThrow();
    return others.isEmpty()
        ? "nobody else loses access: it is shared with nobody"
        : "%s %s access to it".formatted(some(others), others.size() == 1 ? "loses" : "lose");
  }

  /** What names it, if it is known that anything does, or not known. */
  static List<String> references(ImageOutlook image) {
    if (!image.references().isKnown()) {
      return List.of(
          "what names it (instances, launch templates, parameters) is not known: "
              + image.references().problem().orElse(""));
    }
    List<String> lines = new ArrayList<>();
    if (!image.instances().isEmpty()) {
      lines.add(names(image.instances()) + ": instances run on");
    }
    if (!image.launchers().isEmpty()) {
      lines.add(names(image.launchers()) + " will fail to launch it");
    }
    return lines;
  }

  /** Refuses to take an AMI away from what launches it, unless that is allowed. */
  static Optional<RefusedException> refuseIfLaunched(ImageOutlook image, boolean allowed) {
    if (allowed || image.launchers().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RefusedException(
            Outcome.FAILED,
            "%s: is named by %s, should be by nothing that launches it"
                .formatted(image.image().id(), names(image.launchers())),
            "change what names it, or repeat with --allow-references"));
  }

  /** Refuses to deregister an AMI that EC2 protects. */
  static Optional<RefusedException> refuseIfProtected(ImageOutlook image) {
    if (!image.image().isProtected()) {
      return Optional.empty();
    }
    String id = image.image().id();
    return Optional.of(
        new RefusedException(
            Outcome.FAILED,
            "%s: is protected from being deregistered (%s), should not be"
                .formatted(id, image.image().protection()),
            "take the protection off: amber image unprotect %s%s"
                .formatted(
                    id,
                    image.image().hasCooldown() ? "; EC2 keeps it for 24 hours after that" : "")));
  }

  /** Whether it can be taken back when it is deregistered. */
  static String recovery(ImageOutlook image, boolean snapshotsDeleted) {
    String condition = snapshotsDeleted ? " as long as its snapshots are kept, too" : "";
    if (!image.rules().isKnown()) {
      return "if a rule of the Recycle Bin keeps it, amber image recover takes it back%s, else it is gone for good (the rules are not known: %s)"
          .formatted(condition, image.rules().problem().orElse(""));
    }
    return image
        .rules()
        .value()
        .flatMap(rules -> rules.imageDays(image.image().tags()))
        .map(
            days ->
                "the Recycle Bin keeps it for %s, in which amber image recover takes it back%s"
                    .formatted(Text.count(days, "day"), condition))
        .orElse("it is gone for good: no rule of the Recycle Bin keeps it");
  }

  /** What becomes of its snapshots when it is deregistered. */
  static List<String> snapshots(ImageOutlook image, boolean deleted) {
    List<String> lines = new ArrayList<>();
    if (!deleted) {
      String ids = some(image.image().snapshotIds());
      return image.snapshots().isEmpty()
          ? List.of()
          : List.of("its snapshots stay, and are paid for: " + ids);
    }
    for (SnapshotOutlook snapshot : image.snapshots()) {
      lines.add(
          snapshot
              .keptBecause(image.image().ownerId())
              .map(why -> "snapshot %s stays: %s".formatted(snapshot.id(), why))
              .orElseGet(() -> deleted(image, snapshot)));
    }
    return lines;
  }

  private static String deleted(ImageOutlook image, SnapshotOutlook snapshot) {
    String kept =
        image
            .rules()
            .value()
            .map(rules -> rules.snapshotDays(snapshot.tags()))
            .map(
                days ->
                    days.map(n -> ", and the Recycle Bin keeps it for " + Text.count(n, "day"))
                        .orElse(" for good"))
            .orElse("");
    return "snapshot %s is deleted%s".formatted(snapshot.id(), kept);
  }

  private static String names(List<ImageReference> references) {
    return some(references.stream().map(ImageReference::text).toList());
  }

  /** All of them if they are few, else some and how many more. */
  private static String some(List<String> all) {
    String named = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() <= MOST_NAMED
        ? named
        : "%s and %d more".formatted(named, all.size() - MOST_NAMED);
  }
}

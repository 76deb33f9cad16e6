package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;

/**
 * What an account does about encryption where nobody says anything.
 *
 * @param byDefault whether new snapshots are encrypted unasked
 * @param defaultKey the key that is used where none is named, if the account may be asked
 * @param known whether the account may be asked; if not, nothing is assumed to be encrypted unasked
 */
public record TargetEncryption(boolean byDefault, Optional<String> defaultKey, boolean known) {

  /** Asks EC2. */
  public static TargetEncryption of(Ec2Connection aws) throws IOException {
    try {
      boolean byDefault =
          Boolean.TRUE.equals(
              aws.await(
                      "encryption by default",
                      () -> aws.ec2().getEbsEncryptionByDefault(r -> r.dryRun(false)))
                  .ebsEncryptionByDefault());
      return new TargetEncryption(byDefault, defaultKey(aws), true);
    } catch (AccessDeniedException e) {
      return new TargetEncryption(false, Optional.empty(), false);
    }
  }

  private static Optional<String> defaultKey(Ec2Connection aws) throws IOException {
    try {
      return Optional.ofNullable(
          aws.await(
                  "default key for EBS",
                  () -> aws.ec2().getEbsDefaultKmsKeyId(r -> r.dryRun(false)))
              .kmsKeyId());
    } catch (AccessDeniedException e) {
      return Optional.empty();
    }
  }

  /** Whether a snapshot that is asked for in this way will be encrypted. */
  public boolean encrypts(SnapshotRequest request) {
    return request.encrypted() || byDefault;
  }

  /**
   * Whether blocks that were never written would read as zeros where a volume comes from, and as
   * noise in the new snapshot: EBS decrypts what nobody encrypted. The request's {@link
   * SnapshotRequest#fillHoles} prevents it.
   *
   * @param image the image that the volume is of
   */
  public boolean spoilsHoles(Image image, int volume, SnapshotRequest request)
      throws InvalidImageException {
    return encrypts(request) && !request.fillHoles() && !wasEncrypted(image, volume);
  }

  private static boolean wasEncrypted(Image image, int volume) throws InvalidImageException {
    List<Attributes> snapshots =
        new Attributes("volume " + volume, image.attributes())
            .object(AmiReader.EC2)
            .objects("snapshots");
    return volume < snapshots.size() && snapshots.get(volume).flag("encrypted").orElse(false);
  }
}

package amber.emulator.state;

import java.util.Optional;

/**
 * What the account has set for a region.
 *
 * @param encryptionByDefault whether new volumes and snapshots are encrypted unasked
 * @param defaultKmsKeyArn the account's own default key for EBS; without one it is the key that AWS
 *     keeps
 * @param recycleImagesDays how long the Recycle Bin keeps deregistered images; 0 for not at all
 * @param recycleSnapshotsDays how long it keeps deleted snapshots; 0 for not at all
 */
public record AccountSettings(
    boolean encryptionByDefault,
    Optional<String> defaultKmsKeyArn,
    int recycleImagesDays,
    int recycleSnapshotsDays) {

  static final AccountSettings NEW = new AccountSettings(false, Optional.empty(), 0, 0);

  /** The same with encryption by default on or off. */
  public AccountSettings withEncryptionByDefault(boolean on) {
    return Records.with(this, "encryptionByDefault", on);
  }

  /** The same with another default key. */
  public AccountSettings withDefaultKmsKeyArn(Optional<String> arn) {
    return Records.with(this, "defaultKmsKeyArn", arn);
  }

  /** The same with a Recycle Bin that keeps what is deleted for so many days. */
  public AccountSettings withRecycleDays(int images, int snapshots) {
    return Records.with(
        Records.with(this, "recycleImagesDays", images), "recycleSnapshotsDays", snapshots);
  }
}

package amber.ec2;

import java.util.Optional;

/**
 * What became of a snapshot when its image was deregistered.
 *
 * @param why it is so, where there is more to say
 */
public record SnapshotEnd(String snapshotId, Kind kind, Optional<String> why) {

  /** What became of it. */
  public enum Kind {
    /** It is deleted, or in the Recycle Bin if a rule there keeps it. */
    DELETED,
    /** It was not to be deleted. */
    KEPT,
    /** EC2 left it, because another image uses it. */
    SKIPPED,
    /** The caller may not delete it. */
    NOT_ALLOWED,
    /** EC2 did not delete it. */
    FAILED,
    /** It is still there, and nobody knows why: the answer that said so was lost. */
    UNKNOWN
  }

  static SnapshotEnd of(String snapshotId, Kind kind) {
    return new SnapshotEnd(snapshotId, kind, Optional.empty());
  }

  /** By EC2's code: the values of SnapshotReturnCodes in its service model. */
  static SnapshotEnd ofCode(String snapshotId, String code) {
    return switch (String.valueOf(code)) {
      case "success" -> of(snapshotId, Kind.DELETED);
      case "skipped" -> of(snapshotId, Kind.SKIPPED);
      case "missing-permissions" -> of(snapshotId, Kind.NOT_ALLOWED);
      default -> new SnapshotEnd(snapshotId, Kind.FAILED, Optional.ofNullable(code));
    };
  }

  /** Whether it is as was asked for; what another image uses is never deleted, nor should be. */
  public boolean isWell() {
    return kind == Kind.DELETED || kind == Kind.KEPT || kind == Kind.SKIPPED;
  }
}

package amber.cli;

import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Object;
import amber.store.ArchiveSource;
import amber.work.Traffic;
import java.io.IOException;
import java.time.Duration;

/** Opens archives in S3 to be read, thawed first if that is asked for. */
final class StoredArchives {

  private static final Duration LOOK = Duration.ofMinutes(1);

  private final AwsSide side;
  private final ThawOptions thaw;
  private final Console console;

  StoredArchives(AwsSide side, ThawOptions thaw, Console console) {
    this.side = side;
    this.thaw = thaw;
    this.console = console;
  }

  ArchiveSource open(S3Location location) throws IOException {
    if (location.isPlace()) {
      throw RefusedException.usage(
          location + ": names a place, should name an archive",
          "add its key, such as %sami-0abc123def4567890.bin".formatted(location));
    }
    S3Endpoint s3 = side.s3();
    if (thaw.tier() != null || thaw.waits()) {
      makeReadable(s3.object(location), location);
    }
    return s3.open(location);
  }

  private void makeReadable(S3Object object, S3Location location) throws IOException {
    S3Object.State state = object.state();
    if (state == S3Object.State.FROZEN && thaw.tier() != null) {
      object.thaw(thaw.tier(), thaw.days());
      state = S3Object.State.THAWING;
      if (!thaw.waits()) {
        throw new RefusedException(
            Outcome.NOT_READY,
            "%s: is being thawed now (%s), should be readable %s"
                .formatted(location, thaw.tier(), when(object.storageClass())),
            "repeat the command then; the thawed copy stays for %s"
                .formatted(Text.count(thaw.days(), "day")));
      }
    }
    if (state == S3Object.State.THAWING && thaw.waits()) {
      console.err(
          "amber: %s: is being thawed; waiting for up to %d hours"
              .formatted(location, ThawOptions.WAIT_LIMIT.toHours()));
      Traffic.UnderWay waiting = side.traffic().waiting();
      try {
        object.awaitReadable(ThawOptions.WAIT_LIMIT, side.poll().orElse(LOOK));
      } finally {
        waiting.close();
      }
    }
  }

  /** As S3 promises it. */
  private String when(String storageClass) {
    boolean deep = storageClass.equals("DEEP_ARCHIVE");
    return switch (thaw.tier()) {
      case "Expedited" -> "in 5 minutes";
      case "Bulk" -> deep ? "in 48 hours" : "in 12 hours";
      default -> deep ? "in 12 hours" : "in 5 hours";
    };
  }
}

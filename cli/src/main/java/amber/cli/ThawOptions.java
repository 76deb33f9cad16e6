package amber.cli;

import java.time.Duration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What to do about an archive in S3 that is frozen. */
final class ThawOptions {

  /** The slowest thaw takes 48 hours. */
  static final Duration WAIT_LIMIT = Duration.ofDays(3);

  private static final int USUAL_DAYS = 3;

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nAn archive in GLACIER or DEEP_ARCHIVE:%n",
      order = 85)
  private Thaw thaw = new Thaw();

  /** The options themselves. */
  static final class Thaw {
    @Option(
        names = "--thaw",
        paramLabel = "Standard|Bulk|Expedited",
        converter = Values.Tier.class,
        description = "Ask S3 to make it readable, which takes hours.")
    private String tier;

    @Option(
        names = "--thaw-days",
        paramLabel = "N",
        converter = Values.Days.class,
        description = "How long it shall stay readable (default: 3).")
    private Integer days;

    @Option(names = "--wait", description = "Wait until it is readable, up to 72 hours.")
    private boolean wait;
  }

  /** The tier to thaw by, or null. */
  String tier() {
    return thaw.tier;
  }

  int days() {
    return thaw.days == null ? USUAL_DAYS : thaw.days;
  }

  boolean waits() {
    return thaw.wait;
  }
}

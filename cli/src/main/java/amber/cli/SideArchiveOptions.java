package amber.cli;

import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** An archive that is kept of an image on its way. */
final class SideArchiveOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAn archive on the way:%n", order = 75)
  private Kept kept = new Kept();

  /** The option that is followed by an operand. */
  static final String ARCHIVE = "--archive";

  /** Whose S3 it is. */
  enum Side {
    FROM,
    TO
  }

  /** The options themselves. */
  static final class Kept {
    @Option(
        names = ARCHIVE,
        paramLabel = "ARCHIVE",
        description =
            "Keep an archive of the same read: a file, or s3://BUCKET/KEY. A directory, and a"
                + " bucket or a key that ends in '/', get one named after the image.")
    private String archive;

    @Option(
        names = "--archive-side",
        paramLabel = "from|to",
        converter = Values.SideName.class,
        description =
            "Whose S3 it is: that of the AMI's side (from), or that of the new one (default: from).")
    private Side side;

    @Option(
        names = "--level",
        paramLabel = "1..19",
        converter = Values.Level.class,
        description = "zstd level: 1 is fast, 19 is small (default: 3).")
    private Integer level;
  }

  boolean isGiven() {
    return kept.archive != null;
  }

  /** Where it goes; if it is given. */
  String archive() {
    return kept.archive;
  }

  int level() {
    return kept.level == null ? 3 : kept.level;
  }

  /** The side whose S3 keeps it. */
  AwsSide of(Sides sides) {
    return kept.side == Side.TO ? sides.to() : sides.from();
  }

  /** The settings of that side. */
  AwsSettings settings(AwsSides aws) {
    return kept.side == Side.TO ? aws.to() : aws.from();
  }

  /** The name of an option that means nothing without an archive, if one is given. */
  Optional<String> aimless() {
    if (isGiven()) {
      return Optional.empty();
    }
    return kept.side != null
        ? Optional.of("--archive-side")
        : Optional.ofNullable(kept.level).map(level -> "--level");
  }
}

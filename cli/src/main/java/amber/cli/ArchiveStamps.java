package amber.cli;

import amber.archive.ArchiveStamp;
import amber.block.BlockSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What an archive is told apart by: anew for each, or the same again for who wants that. */
final class ArchiveStamps {

  /** The variable that makes archives the same again. */
  static final String EPOCH = "SOURCE_DATE_EPOCH";

  /** The latest time that RFC 3339 can write. */
  private static final long MAX_EPOCH_SECOND =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private ArchiveStamps() {}

  /** What the variable says, or nothing. */
  static String epoch(Console console) {
    return Optional.ofNullable(console.variable(EPOCH)).orElse("");
  }

  /**
   * Makes the stamp of an image's archive, when its blocks are listed.
   *
   * @throws RefusedException if the variable is no time
   */
  static Function<List<BlockSet>, ArchiveStamp> of(Console console, PackSource image)
      throws RefusedException {
    String epoch = console.variable(EPOCH);
    String tool = Version.tool();
    if (epoch == null) {
      return listed -> ArchiveStamp.now(tool);
    }
    Instant createdAt = instant(epoch);
    return listed -> ArchiveStamp.reproducible(createdAt, tool, image.manifest(), listed);
  }

  private static Instant instant(String epoch) throws RefusedException {
    if (epoch.matches("\\d{1,12}") && Long.parseLong(epoch) <= MAX_EPOCH_SECOND) {
      return Instant.ofEpochSecond(Long.parseLong(epoch));
    }
    throw RefusedException.usage(
        "SOURCE_DATE_EPOCH: is '%s', should be seconds since 1970".formatted(epoch),
        "unset it, or set it to a time such as $(date +%s)");
  }
}

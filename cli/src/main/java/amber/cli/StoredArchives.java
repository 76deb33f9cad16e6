package amber.cli;

import amber.s3.S3Location;
import amber.store.ArchiveSource;
import java.io.IOException;

/** Opens archives in S3 to be read. */
final class StoredArchives {

  private StoredArchives() {}

  static ArchiveSource open(AwsSide side, S3Location location) throws IOException {
    if (location.isPlace()) {
      throw RefusedException.usage(
          location + ": names a place, should name an archive",
          "add its key, such as %sami-0abc123def4567890.bin".formatted(location));
    }
    return side.s3().open(location);
  }
}

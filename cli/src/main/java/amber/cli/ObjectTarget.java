package amber.cli;

import amber.archive.Plan;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Settings;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.work.Preflight;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An object to be stored in S3. */
record ObjectTarget(S3Endpoint s3, S3Location object, S3Settings settings, List<String> warnings)
    implements PackTarget {

  private static final String FORMAT_VERSION = "1";
  private static final int MOST_PARTS = 10_000;

  /**
   * Checks that the archive can be stored there.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is an object that may not be replaced
   */
  static ObjectTarget of(S3Endpoint s3, S3Location location, PackSource source, S3Settings settings)
      throws IOException {
    S3Location object = locate(location, source);
    Preflight preflight = new Preflight();
    s3.checkStore(preflight, object, settings, Optional.empty());
    preflight.requireClear();
    return new ObjectTarget(s3, object, settings, preflight.warnings());
  }

  private static S3Location locate(S3Location location, PackSource source) throws RefusedException {
    try {
      return location.resolve(PackTarget.fileName(source));
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(location + ": " + e.getMessage(), "choose another name");
    }
  }

  @Override
  public String location() {
    return object.toString();
  }

  @Override
  public ArchiveSink sink(Plan plan) {
    S3Metadata metadata =
        S3Metadata.ofImage(
            plan.image(), FORMAT_VERSION, Optional.of(plan.stamp().uuid()), Instant.now());
    return s3.store(settings.withMetadata(metadata));
  }

  @Override
  public void dryRun(Plan plan, Bill bill) throws IOException {
    ArchiveBound bound = plan.bound();
    Preflight preflight = new Preflight();
    s3.checkStore(preflight, object, settings, Optional.of(bound));
    preflight.requireClear();
    // Each segment is a part at most, and so is the end.
    long parts = Math.min(MOST_PARTS, bound.segments() + 1);
    bill.writeArchive(parts, bound.bytes(), settings.storageClass());
  }
}

package amber.cli;

import amber.archive.Plan;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Settings;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.Remains;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * An object to be stored in S3.
 *
 * @param showsImage whether it shows something of its image, if that was said
 * @param isPublic whether whoever may read the object can read the archive
 */
record ObjectTarget(
    S3Endpoint s3,
    S3Location object,
    S3Settings settings,
    Optional<Boolean> showsImage,
    boolean isPublic)
    implements PackTarget {

  /** The version of the archive's format. */
  static final String FORMAT_VERSION = "1";

  private static final int MOST_PARTS = 10_000;

  /**
   * The object that an operand names.
   *
   * @param fileName what it is called in a place for several
   */
  static ObjectTarget of(S3Endpoint s3, S3Location location, String fileName, S3Settings settings)
      throws RefusedException {
    try {
      return new ObjectTarget(s3, location.resolve(fileName), settings, Optional.empty(), true);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(location + ": " + e.getMessage(), "choose another name");
    }
  }

  /**
   * Checks whether the archive can be stored there.
   *
   * @param earlier what earlier runs have stored: their archive may be there already
   */
  void check(Preflight preflight, List<Remains> earlier) throws InterruptedIOException {
    List<String> tokens = earlier.stream().map(Remains::token).toList();
    s3.checkStore(preflight, object, settings, Optional.empty(), tokens);
  }

  @Override
  public String location() {
    return object.toString();
  }

  /** The same object, which shows what it was told to. */
  ObjectTarget showing(Optional<Boolean> image) {
    return new ObjectTarget(s3, object, settings, image, isPublic);
  }

  @Override
  public ObjectTarget holding(boolean anybody) {
    return new ObjectTarget(s3, object, settings, showsImage, anybody);
  }

  private boolean describes() {
    return showsImage.orElse(isPublic);
  }

  @Override
  public String recipe() {
    return options(settings) + (describes() ? "" : ", nothing of the image");
  }

  /** What is asked of an object beside its bytes, in words. */
  static String options(S3Settings settings) {
    // What the object carries was fixed when its upload began. How it is sent does not matter.
    return "%s, %s, %s, %s, %s"
        .formatted(
            settings.storageClass().orElse("the bucket's storage class"),
            settings.encryption(),
            settings.lock(),
            new TreeMap<>(settings.tags()),
            settings.transfer().checksum().map(Enum::name).orElse("no checksum"));
  }

  @Override
  public ArchiveSink sink(Plan plan, Consumer<String> warnings) {
    Optional<UUID> archive = Optional.of(plan.stamp().uuid());
    S3Metadata metadata =
        describes()
            ? S3Metadata.ofImage(plan.image(), FORMAT_VERSION, archive, Instant.now())
            : S3Metadata.ofImage(Map.of(), FORMAT_VERSION, archive, Instant.now());
    if (!isPublic) {
      metadata = metadata.ofSealed();
    }
    return s3.store(settings.withMetadata(metadata), warnings);
  }

  @Override
  public void dryRun(ArchiveBound bound, Bill bill) throws IOException {
    Preflight preflight = new Preflight();
    s3.checkStore(preflight, object, settings, Optional.of(bound));
    preflight.requireClear();
    // Each segment is a part at most, and so is the end.
    long parts = Math.min(MOST_PARTS, bound.segments() + 1);
    bill.writeArchive(parts, bound.bytes(), settings.storageClass());
  }
}

package amber.cli;

import amber.archive.Plan;
import amber.image.Image;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Settings;
import amber.store.ArchiveSink;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An object to be stored in S3. */
record ObjectTarget(S3Endpoint s3, S3Location object, S3Settings settings) implements PackTarget {

  private static final String FORMAT_VERSION = "1";
  // As long as EC2 allows; other images' names may not fit.
  private static final int MAX_NAME = 128;

  /**
   * Checks that the archive can be stored there.
   *
   * @throws FileAlreadyExistsException if there is an object that may not be replaced
   */
  static ObjectTarget of(S3Endpoint s3, S3Location location, PackSource source, S3Settings settings)
      throws IOException {
    S3Location object = locate(location, source);
    if (!settings.replace()) {
      requireFree(s3, object);
    }
    return new ObjectTarget(s3, object, settings);
  }

  private static S3Location locate(S3Location location, PackSource source) throws RefusedException {
    try {
      return location.resolve(PackTarget.fileName(source));
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(location + ": " + e.getMessage(), "choose another name");
    }
  }

  private static void requireFree(S3Endpoint s3, S3Location object) throws IOException {
    try {
      s3.object(object);
    } catch (AccessDeniedException e) {
      // Who may store may still not be allowed to look. The commit is guarded by itself.
      return;
    } catch (NoSuchFileException e) {
      if (object.toString().equals(e.getFile())) {
        return;
      }
      throw e;
    }
    throw new FileAlreadyExistsException(object.toString(), null, "archive already exists");
  }

  @Override
  public String location() {
    return object.toString();
  }

  @Override
  public ArchiveSink sink(Plan plan) {
    S3Metadata metadata =
        S3Metadata.ofImage(
            described(plan.image()),
            FORMAT_VERSION,
            Optional.of(plan.stamp().uuid()),
            Instant.now());
    return s3.store(settings.withMetadata(metadata));
  }

  /** As AWS's own store task has it. */
  private static Map<String, String> described(Image image) {
    Map<String, String> known = new TreeMap<>();
    image.name().ifPresent(name -> known.put(S3Metadata.AMI_NAME, cut(name)));
    image.text("description").ifPresent(text -> known.put(S3Metadata.AMI_DESCRIPTION, text));
    image.text("createdAt").ifPresent(time -> known.put(S3Metadata.AMI_REGISTRATION_DATE, time));
    if (image.attributes().get("ec2") instanceof Map<?, ?> ec2
        && ec2.get("ownerId") instanceof String owner
        && owner.matches("[0-9]{1,24}")) {
      known.put(S3Metadata.AMI_OWNER_ACCOUNT, owner);
    }
    return known;
  }

  private static String cut(String name) {
    return name.codePointCount(0, name.length()) <= MAX_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MAX_NAME));
  }
}

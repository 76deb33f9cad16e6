package amber.s3;

import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Archives as objects. A pending archive is an unfinished multipart upload, which nobody sees:
 * under its key, an archive is whole or not there.
 */
public final class S3Store implements ArchiveSink {

  private final Requests requests;
  private final S3Settings settings;

  S3Store(Requests requests, S3Settings settings) {
    this.requests = requests;
    this.settings = settings;
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   */
  @Override
  public PendingArchive begin(String name) throws IOException {
    S3Location location = locate(name);
    return begin(location, PartPlan.unbounded(settings.transfer()));
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   * @throws amber.image.UnsupportedImageException if the object or its parts could become too large
   * @throws java.nio.file.FileSystemException if parts could need more room than the spool has
   */
  @Override
  public PendingArchive begin(String name, ArchiveBound bound) throws IOException {
    S3Location location = locate(name);
    return begin(location, PartPlan.of(name, bound, settings.transfer()));
  }

  private static S3Location locate(String name) throws IOException {
    S3Location location;
    try {
      location = S3Location.parse(name);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (location.isPlace()) {
      throw new IOException(name + ": names no object, should be s3://BUCKET/KEY");
    }
    return location;
  }

  private PendingArchive begin(S3Location location, PartPlan plan) throws IOException {
    Optional<HeadObjectResponse> existing = Optional.empty();
    try {
      existing = requests.head(location);
      if (existing.isEmpty()) {
        requests.requireBucket(location);
      }
    } catch (AccessDeniedException e) {
      // Who may store may still not be allowed to look. The commit is guarded by itself.
      existing = Optional.empty();
    }
    if (existing.isPresent() && !settings.replace()) {
      throw new FileAlreadyExistsException(location.toString(), null, "archive already exists");
    }
    return new S3PendingArchive(
        new ObjectUpload(requests, settings, location), plan, settings.transfer().spool());
  }
}

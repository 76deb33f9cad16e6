package amber.s3;

import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Archives as objects. A pending archive is an unfinished multipart upload, which nobody sees:
 * under its key, an archive is whole or not there. What is kept for a later run is such an upload,
 * which S3 bills until it is finished or discarded, and which a rule of the bucket may abort.
 */
public final class S3Store implements ResumableSink {

  private final Requests requests;
  private final S3Settings settings;
  private final Consumer<String> warnings;

  S3Store(Requests requests, S3Settings settings, Consumer<String> warnings) {
    this.requests = requests;
    this.settings = settings;
    this.warnings = warnings;
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   */
  @Override
  public PendingArchive begin(String name) throws IOException {
    S3Location location = locate(name);
    return begin(location, PartPlan.unbounded(settings.transfer()), PartLog.none(), 0);
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
    PartPlan plan = PartPlan.of(name, bound, settings.transfer());
    return begin(location, plan, PartLog.none(), bound.bytes());
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   * @param log is told of parts of 5 MiB or more, the last may be smaller; of nothing if the
   *     archive is smaller than one
   * @throws amber.image.UnsupportedImageException if the object or its parts could become too large
   * @throws java.nio.file.FileSystemException if parts could need more room than the spool has
   */
  @Override
  public PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException {
    S3Location location = locate(name);
    PartPlan plan = PartPlan.of(name, bound, settings.transfer());
    return begin(location, plan, PartLog.to(log, List.of()), bound.bytes());
  }

  /**
   * {@inheritDoc}
   *
   * <p>What the object carries beside its bytes, such as metadata, tags and encryption, is what the
   * run that began it had asked for.
   *
   * @param name {@code s3://bucket/key}
   * @throws IOException also if the remains are not what this store told; then nothing has changed
   */
  @Override
  public PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
      throws IOException {
    S3Location location = locate(name);
    PartPlan plan = PartPlan.of(name, bound, settings.transfer());
    EarlierUpload earlier = EarlierUpload.of(requests, location, remains);
    requireFree(location);
    List<StoredPart> kept = earlier.kept();
    if (kept.isEmpty()) {
      earlier.discard();
      return pending(location, plan, PartLog.to(log, List.of()), bound.bytes());
    }
    return new S3PendingArchive(
        ObjectUpload.resumed(requests, settings, location, earlier.token()),
        plan,
        settings.transfer().spool(),
        PartLog.to(log, kept),
        kept);
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   * @throws AccessDeniedException if the object may not be looked at and the upload is gone
   */
  @Override
  public Optional<StoredArchive> committed(String name, Remains remains) throws IOException {
    S3Location location = locate(name);
    UploadToken upload = EarlierUpload.token(location, remains.token());
    try {
      return requests
          .head(location)
          .filter(head -> Publication.isOf(upload.attempt(), head))
          .map(head -> new StoredArchive(location.toString(), head.contentLength()));
    } catch (AccessDeniedException e) {
      // What is not there may look like what may not be seen; but an upload that is there was not
      // committed.
      if (upload.uploadId().isPresent()
          && new PartListing(requests, location, upload.uploadId().get()).parts().isPresent()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param name {@code s3://bucket/key}
   */
  @Override
  public void discard(String name, String token) throws IOException {
    S3Location location = locate(name);
    UploadToken upload = EarlierUpload.token(location, token);
    new Leftovers(requests, location).abort(upload);
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

  private PendingArchive begin(S3Location location, PartPlan plan, PartLog log, long mostBytes)
      throws IOException {
    requireFree(location);
    return pending(location, plan, log, mostBytes);
  }

  private PendingArchive pending(S3Location location, PartPlan plan, PartLog log, long mostBytes) {
    ObjectUpload upload = new ObjectUpload(requests, settings, location);
    upload.onRule(rule -> rule.warning(location, mostBytes, Instant.now()).ifPresent(warnings));
    return new S3PendingArchive(upload, plan, settings.transfer().spool(), log, List.of());
  }

  /** Fails early if there is no such bucket, or an object that may not be replaced. */
  private void requireFree(S3Location location) throws IOException {
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
  }
}

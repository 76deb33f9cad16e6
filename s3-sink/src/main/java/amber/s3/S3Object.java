package amber.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Tier;

/** A stored object as S3 described it when it was looked up. */
public final class S3Object {

  /** Whether an object's bytes can be read. */
  public enum State {
    /** They can be. */
    READABLE,
    /** A thaw was asked for and is not yet done. */
    THAWING,
    /** Nobody has asked for a thaw. */
    FROZEN
  }

  private static final Set<String> FREEZING = Set.of("GLACIER", "DEEP_ARCHIVE");

  private final Requests requests;
  private final S3Location location;
  private final HeadObjectResponse head;

  private S3Object(Requests requests, S3Location location, HeadObjectResponse head) {
    this.requests = requests;
    this.location = location;
    this.head = head;
  }

  static S3Object find(Requests requests, S3Location location) throws IOException {
    return find(requests, location, null);
  }

  /** An object with its checksum, which who may read it may see. */
  static S3Object findToCopy(Requests requests, S3Location location) throws IOException {
    return find(requests, location, ChecksumMode.ENABLED);
  }

  private static S3Object find(Requests requests, S3Location location, ChecksumMode checksums)
      throws IOException {
    Optional<HeadObjectResponse> head = requests.head(location, checksums);
    if (head.isEmpty()) {
      requests.requireBucket(location);
      throw new NoSuchFileException(location.toString(), null, "no such archive");
    }
    return new S3Object(requests, location, head.orElseThrow());
  }

  /** Where it is. */
  public S3Location location() {
    return location;
  }

  /** Its size in bytes. */
  public long sizeBytes() {
    return head.contentLength();
  }

  /** When it was stored. */
  public Instant modifiedAt() {
    return head.lastModified();
  }

  /** What tells this version of the object from others. */
  public String etag() {
    return head.eTag();
  }

  /** S3's name of the class it is stored in. */
  public String storageClass() {
    // S3 leaves the header out where it would say this.
    return head.storageClassAsString() == null ? "STANDARD" : head.storageClassAsString();
  }

  /** What it carries beside its bytes. */
  public Map<String, String> metadata() {
    return S3Metadata.decoded(head.metadata());
  }

  /** What it carries beside its bytes, for a copy to carry as well. */
  public S3Metadata carried() {
    return S3Metadata.carriedFrom(head.metadata());
  }

  /** The checksum of all its bytes, if it was looked up to be copied, and S3 keeps one. */
  public Optional<S3Checksum> checksum() {
    return S3Checksum.of(head);
  }

  /**
   * Its tags.
   *
   * @throws AccessDeniedException if they may not be seen
   */
  public Map<String, String> tags() throws IOException {
    Map<String, String> tags = new TreeMap<>();
    requests
        .call(
            location,
            "its tags cannot be read",
            () ->
                requests
                    .client()
                    .getObjectTagging(
                        b ->
                            b.bucket(location.bucket())
                                .key(location.key())
                                .expectedBucketOwner(requests.access().owner())
                                .requestPayer(requests.access().payer())))
        .tagSet()
        .forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }

  /** Whether it can be read. */
  public State state() {
    String restore = head.restore() == null ? "" : head.restore();
    if (restore.contains("ongoing-request=\"true\"")) {
      return State.THAWING;
    }
    boolean frozen = FREEZING.contains(storageClass()) || head.archiveStatusAsString() != null;
    boolean thawed = restore.contains("ongoing-request=\"false\"");
    return frozen && !thawed ? State.FROZEN : State.READABLE;
  }

  /** Fails unless it can be read. */
  void requireReadable() throws FrozenArchiveException {
    State state = state();
    if (state != State.READABLE) {
      throw new FrozenArchiveException(location.toString(), storageClass(), state == State.THAWING);
    }
  }

  /**
   * Asks for a copy that can be read. Asking again is no error.
   *
   * @param tier {@code Standard}, {@code Bulk} or {@code Expedited}
   * @param days how long the copy shall stay
   */
  public void thaw(String tier, int days) throws IOException {
    if (Tier.fromValue(tier) == Tier.UNKNOWN_TO_SDK_VERSION || days < 1) {
      throw new IllegalArgumentException(
          "tier '%s' for %d days, should be Standard, Bulk or Expedited for 1 or more"
              .formatted(tier, days));
    }
    try {
      requests.call(
          location,
          "cannot be thawed",
          () ->
              requests
                  .client()
                  .restoreObject(
                      b ->
                          b.bucket(location.bucket())
                              .key(location.key())
                              .expectedBucketOwner(requests.access().owner())
                              .requestPayer(requests.access().payer())
                              .restoreRequest(
                                  r -> r.days(days).glacierJobParameters(g -> g.tier(tier)))));
    } catch (RequestException e) {
      if (!RequestException.hasCode(e, "RestoreAlreadyInProgress")) {
        throw e;
      }
    }
  }

  /**
   * Waits until a thaw that was asked for is done, and looks from time to time.
   *
   * @return the object, readable
   * @throws FrozenArchiveException if it is not by then
   */
  public S3Object awaitReadable(Duration limit, Duration interval) throws IOException {
    long started = System.nanoTime();
    S3Object object = find(requests, location);
    while (object.state() == State.THAWING
        && System.nanoTime() - started + interval.toNanos() <= limit.toNanos()) {
      try {
        TimeUnit.NANOSECONDS.sleep(interval.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(location + ": interrupted while it is being thawed");
      }
      object = find(requests, location);
    }
    object.requireReadable();
    return object;
  }
}

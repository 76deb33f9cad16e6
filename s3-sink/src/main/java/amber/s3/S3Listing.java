package amber.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * The objects whose keys begin in some way, in the order of S3: that of the keys' bytes in UTF-8.
 * It is asked page by page, as far as somebody goes on.
 *
 * <p>{@link #hasNext} throws {@link UncheckedIOException} if S3 does not answer.
 */
public final class S3Listing implements Iterator<S3Listing.Item> {

  private final Requests requests;
  private final S3Location prefix;
  private final Queue<Item> page = new ArrayDeque<>();
  private Optional<String> after;
  private Optional<String> token = Optional.empty();
  private boolean isWhole;

  /**
   * An object, as a list shows it.
   *
   * @param storageClass S3's name of the class it is stored in
   */
  public record Item(String key, long sizeBytes, Instant modifiedAt, String storageClass) {}

  /**
   * A list.
   *
   * @param prefix a bucket, and how the keys begin
   * @param after a key; those up to it are left out
   */
  S3Listing(Requests requests, S3Location prefix, Optional<String> after) {
    this.requests = requests;
    this.prefix = prefix;
    this.after = after;
  }

  @Override
  public boolean hasNext() {
    // A page may be empty and not be the last.
    while (page.isEmpty() && !isWhole) {
      try {
        take();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return !page.isEmpty();
  }

  @Override
  public Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }

  private void take() throws IOException {
    ListObjectsV2Response answer = ask();
    answer
        .contents()
        .forEach(
            object ->
                page.add(
                    new Item(
                        object.key(),
                        object.size(),
                        object.lastModified(),
                        object.storageClassAsString() == null
                            ? "STANDARD"
                            : object.storageClassAsString())));
    token = Optional.ofNullable(answer.nextContinuationToken());
    after = Optional.empty();
    isWhole = !Boolean.TRUE.equals(answer.isTruncated());
    if (!isWhole && token.isEmpty()) {
      throw new IOException(prefix + ": a list that goes on, and does not say where");
    }
  }

  private ListObjectsV2Response ask() throws IOException {
    try {
      return requests.call(
          prefix,
          "cannot be listed",
          () ->
              requests
                  .client()
                  .listObjectsV2(
                      b ->
                          b.bucket(prefix.bucket())
                              .prefix(prefix.key().isEmpty() ? null : prefix.key())
                              .startAfter(after.orElse(null))
                              .continuationToken(token.orElse(null))
                              .expectedBucketOwner(requests.access().owner())
                              .requestPayer(requests.access().payer())));
    } catch (NoSuchFileException e) {
      throw requests.noBucket(prefix, e);
    }
  }
}

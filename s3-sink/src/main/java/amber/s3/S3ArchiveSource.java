package amber.s3;

import amber.store.ArchiveSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;

/** An object to be read as an archive: the version that was there when it was opened, or none. */
final class S3ArchiveSource implements ArchiveSource {

  private final Requests requests;
  private final S3Location location;
  private final String etag;
  private final long sizeBytes;
  private volatile boolean closed;

  private S3ArchiveSource(Requests requests, S3Location location, S3Object object) {
    this.requests = requests;
    this.location = location;
    this.etag = object.etag();
    this.sizeBytes = object.sizeBytes();
  }

  static ArchiveSource open(Requests requests, S3Location location) throws IOException {
    return open(requests, S3Object.find(requests, location));
  }

  static ArchiveSource open(Requests requests, S3Object object) throws IOException {
    object.requireReadable();
    return new S3ArchiveSource(requests, object.location(), object);
  }

  @Override
  public String location() {
    return location.toString();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    if (closed) {
      throw new IOException(location + ": is closed");
    }
    long end = position + target.remaining();
    if (end > sizeBytes) {
      throw new EOFException(
          "%s: ends at byte %d, should go on to byte %d".formatted(location, sizeBytes, end));
    }
    if (!target.hasRemaining()) {
      return;
    }
    ByteBuffer rest = target.duplicate();
    Patience patience = Patience.forBytes(rest.remaining());
    try {
      requests
          .retry()
          .call(
              patience.more(),
              (number, limit) -> receive(end - rest.remaining(), rest, patience, limit));
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          location + ": has been replaced since it was opened, should stay as it is", e);
    }
    target.position(target.limit());
  }

  /** One attempt, which goes on where the one before it ended. */
  private Void receive(long from, ByteBuffer rest, Patience patience, Duration limit)
      throws IOException {
    int count = rest.remaining();
    if (count == 0) {
      // All of it came before the attempt failed.
      return null;
    }
    RangeReceiver receiver = new RangeReceiver(rest, requests.traffic());
    String doing = "byte %d cannot be read".formatted(from);
    try {
      requests.once(
          location,
          doing,
          patience,
          limit,
          () ->
              requests
                  .client()
                  .getObject(
                      b ->
                          b.bucket(location.bucket())
                              .key(location.key())
                              .range("bytes=%d-%d".formatted(from, from + count - 1))
                              .ifMatch(etag)
                              .expectedBucketOwner(requests.access().owner())
                              .requestPayer(requests.access().payer()),
                      receiver));
    } finally {
      receiver.stop();
    }
    if (rest.hasRemaining()) {
      throw Failures.of(
          location,
          doing,
          new EOFException(
              "%d bytes came, should be %d".formatted(count - rest.remaining(), count)),
          requests.traffic().still());
    }
    return null;
  }

  @Override
  public void close() {
    closed = true;
  }
}

package amber.s3;

import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive that is sent while it is written. Segments of 5 MiB or more are sent from their own
 * buffers; what is smaller is copied and joined, in memory or, if it does not fit there, on disk.
 * An archive of less than a part is sent at once, at the end. Parts that an earlier run has sent
 * are not sent again.
 */
final class S3PendingArchive implements PendingArchive {

  private final ObjectUpload upload;
  private final PartPlan plan;
  private final PartLog log;
  private final List<StoredPart> kept;
  private final long keptBytes;
  private final PartUploads<StoredPart> parts;
  private final PartRoom room;
  private Part part;
  private long sizeBytes;
  private boolean committed;
  private boolean closed;

  /**
   * A pending archive.
   *
   * @param log is told of its parts, and decides by that what becomes of them
   * @param kept the first parts, which are stored
   */
  S3PendingArchive(
      ObjectUpload upload, PartPlan plan, S3Spool spool, PartLog log, List<StoredPart> kept) {
    this.upload = upload;
    this.plan = plan;
    this.log = log;
    this.kept = kept;
    this.keptBytes = kept.stream().mapToLong(StoredPart::bytes).sum();
    this.parts = new PartUploads<>(upload.location(), plan, kept.size());
    this.room = new PartRoom(plan, spool, upload.summedBy());
    this.part = new Part(room);
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    passOver(bytes);
    while (bytes.hasRemaining()) {
      part.copy(bytes);
      sendIfFull();
    }
  }

  @Override
  public void append(ByteBuffer bytes, Runnable release) throws IOException {
    if (passOver(bytes)) {
      release.run();
      return;
    }
    if (plan.isTooFull(part.bytes(), bytes.remaining())) {
      send();
    }
    if (plan.keeps(bytes.remaining())) {
      part.keep(bytes, release);
    } else {
      while (bytes.hasRemaining()) {
        part.copy(bytes);
      }
      release.run();
    }
    part.countSegment();
    sendIfFull();
  }

  @Override
  public int buffersKept() {
    return plan.segmentsPerPart() == 1 ? plan.inFlight() : 0;
  }

  @Override
  public long keptBytes() {
    return keptBytes;
  }

  @Override
  public void skip(long bytes) {
    requireOpen();
    if (bytes < 0 || bytes > keptBytes - sizeBytes) {
      throw new IllegalArgumentException(
          "%s: %d bytes at byte %d, should end at byte %d or before"
              .formatted(upload.location(), bytes, sizeBytes, keptBytes));
    }
    sizeBytes += bytes;
  }

  /** Counts bytes and passes over those that are kept; returns whether they all are. */
  private boolean passOver(ByteBuffer bytes) {
    requireOpen();
    if (sizeBytes >= keptBytes) {
      sizeBytes += bytes.remaining();
      return false;
    }
    int over = (int) Math.min(bytes.remaining(), keptBytes - sizeBytes);
    sizeBytes += bytes.remaining();
    bytes.position(bytes.position() + over);
    return !bytes.hasRemaining();
  }

  private void requireOpen() {
    if (closed || committed) {
      throw new IllegalStateException("bug: %s has ended".formatted(upload.location()));
    }
  }

  private void sendIfFull() throws IOException {
    if (plan.isFull(part.bytes(), part.segments())) {
      send();
    }
  }

  private void send() throws IOException {
    if (!upload.isBegun()) {
      log.beginning(upload.intended());
      upload.begin();
      log.begun(upload.token());
    }
    Part full = part;
    parts.send(number -> store(number, full));
    part = new Part(room);
  }

  private StoredPart store(int number, Part full) throws IOException {
    StoredPart stored = upload.store(number, full);
    // Only now: a failed attempt's connection may still read the buffers until it is cut. What it
    // could send after this does not have the checksum that it announced.
    full.release();
    log.stored(stored);
    return stored;
  }

  @Override
  public StoredArchive commit() throws IOException {
    if (sizeBytes < keptBytes) {
      throw new IOException(
          "%s: ends at byte %d, should not end before byte %d, up to which it is stored"
              .formatted(upload.location(), sizeBytes, keptBytes));
    }
    if (upload.isBegun()) {
      if (part.bytes() > 0) {
        send();
      }
      List<StoredPart> all = new ArrayList<>(kept);
      all.addAll(parts.await());
      upload.complete(all);
    } else {
      log.beginning(upload.atOnce());
      upload.put(part);
      part.release();
    }
    committed = true;
    return new StoredArchive(upload.location().toString(), sizeBytes);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    // What was begun is thrown away, if nobody keeps it, by an interrupted thread as well.
    boolean interrupted = Thread.interrupted();
    try {
      log.end();
      parts.close();
      room.close();
      upload.discard(committed || log.isKept());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package amber.s3;

import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An archive that is sent while it is written. Segments of 5 MiB or more are sent from their own
 * buffers; what is smaller is copied and joined, in memory or, if it does not fit there, on disk.
 * An archive of less than a part is sent at once, at the end.
 */
final class S3PendingArchive implements PendingArchive {

  private final ObjectUpload upload;
  private final PartPlan plan;
  private final PartUploads parts;
  private final PartRoom room;
  private final CRC32C crc = new CRC32C();
  private Part part;
  private long sizeBytes;
  private boolean committed;
  private boolean closed;

  S3PendingArchive(ObjectUpload upload, PartPlan plan, S3Spool spool) {
    this.upload = upload;
    this.plan = plan;
    this.parts = new PartUploads(upload.location(), plan);
    this.room = new PartRoom(plan, spool);
    this.part = new Part(room);
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    count(bytes);
    while (bytes.hasRemaining()) {
      part.copy(bytes);
      sendIfFull();
    }
  }

  @Override
  public void append(ByteBuffer bytes, Runnable release) throws IOException {
    count(bytes);
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

  private void count(ByteBuffer bytes) {
    if (closed || committed) {
      throw new IllegalStateException("bug: %s has ended".formatted(upload.location()));
    }
    crc.update(bytes.duplicate());
    sizeBytes += bytes.remaining();
  }

  private void sendIfFull() throws IOException {
    if (plan.isFull(part.bytes(), part.segments())) {
      send();
    }
  }

  private void send() throws IOException {
    if (!upload.isBegun()) {
      upload.begin();
    }
    Part full = part;
    parts.send(number -> store(number, full));
    part = new Part(room);
  }

  private CompletedPart store(int number, Part full) throws IOException {
    CompletedPart stored = upload.store(number, full);
    // Only now: a failed attempt's connection may still read the buffers until it is cut. What it
    // could send after this does not have the checksum that it announced.
    full.release();
    return stored;
  }

  @Override
  public StoredArchive commit() throws IOException {
    if (upload.isBegun()) {
      if (part.bytes() > 0) {
        send();
      }
      upload.complete(parts.await(), sizeBytes, upload.checksum(crc));
    } else {
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
    // What was begun is thrown away by an interrupted thread as well.
    boolean interrupted = Thread.interrupted();
    try {
      parts.close();
      room.close();
      upload.discard(committed);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

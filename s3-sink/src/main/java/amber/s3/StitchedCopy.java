package amber.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object that has ends of its own, and between them bytes of another object, which S3 copies by
 * itself. Only the last part may be small: so the first one takes as much of the other's bytes as
 * it needs, and the last one is the end alone.
 */
final class StitchedCopy {

  /** Beside the ends, S3 needs something to copy that is large enough for a part. */
  static final long LEAST_BYTES = 2L * PartPlan.MIN_PART_BYTES;

  private final Requests requests;
  private final S3Stitching stitching;
  private final S3Location target;
  private final S3Settings settings;
  private final LongConsumer copied;

  /** Some bytes that are stored, and their checksum if it is known. */
  private record Piece(CompletedPart part, long bytes, Optional<S3Checksum> sum) {}

  /**
   * A copy.
   *
   * @param copied told of bytes that are copied or sent
   */
  StitchedCopy(
      Requests requests,
      S3Stitching stitching,
      S3Location target,
      S3Settings settings,
      LongConsumer copied) {
    this.requests = requests;
    this.stitching = stitching;
    this.target = target;
    this.settings = settings;
    this.copied = copied;
  }

  void run() throws IOException {
    ObjectUpload upload = new ObjectUpload(requests, settings, target);
    boolean committed = false;
    // Parts end before what they belong to is thrown away.
    try {
      List<Piece> pieces = parts(upload);
      upload.complete(
          pieces.stream().map(Piece::part).toList(),
          pieces.stream().mapToLong(Piece::bytes).sum(),
          whole(upload, pieces));
      committed = true;
    } finally {
      ServerSideCopy.discard(upload, committed);
    }
  }

  /** The checksum of the object, if the store has told those of all that it has copied. */
  private Optional<S3Checksum> whole(ObjectUpload upload, List<Piece> pieces) {
    if (!settings.transfer().checksums()) {
      return Optional.empty();
    }
    CrcSum sum = new CrcSum(upload.summedBy());
    for (Piece piece : pieces) {
      Optional<S3Checksum> known =
          piece.sum().filter(each -> each.algorithm() == upload.summedBy());
      if (known.isEmpty()) {
        return Optional.empty();
      }
      sum.add(known.get(), piece.bytes());
    }
    return Optional.of(sum.value());
  }

  private List<Piece> parts(ObjectUpload upload) throws IOException {
    PartPlan plan = PartPlan.unbounded(settings.transfer());
    try (PartRoom room = new PartRoom(plan, settings.transfer().spool(), upload.summedBy());
        PartUploads<Piece> parts = new PartUploads<>(target, plan)) {
      upload.begin();
      ByteBuffer first = first();
      long at = stitching.from() + first.remaining() - stitching.head().length;
      send(parts, upload, room, first);
      long end = stitching.from() + stitching.bytes();
      while (at < end) {
        long bytes = partBytes(end - at);
        CopiedRange range =
            new CopiedRange(
                stitching.source().location(),
                stitching.source().etag(),
                requests.access().owner(),
                at,
                bytes);
        parts.send(number -> copy(upload, number, range));
        at += bytes;
      }
      send(parts, upload, room, ByteBuffer.wrap(stitching.tail()));
      return parts.await();
    }
  }

  /** The head, and as many of the other's bytes as make a part of it. */
  private ByteBuffer first() throws IOException {
    byte[] head = stitching.head();
    int more = Math.max(0, PartPlan.MIN_PART_BYTES - head.length);
    ByteBuffer first = ByteBuffer.allocate(head.length + more);
    first.put(head);
    S3ArchiveSource.open(requests, stitching.source()).read(stitching.from(), first);
    return first.flip();
  }

  /** How much of what is left is copied next; never so much that too little is left. */
  private long partBytes(long left) {
    long parts = settings.transfer().limits().maxParts() - 2L;
    long most =
        Math.max(settings.transfer().copyPartBytes(), (stitching.bytes() + parts - 1) / parts);
    return left - most < PartPlan.MIN_PART_BYTES ? left : most;
  }

  private void send(PartUploads<Piece> parts, ObjectUpload upload, PartRoom room, ByteBuffer bytes)
      throws IOException {
    Part part = new Part(room);
    while (bytes.hasRemaining()) {
      part.copy(bytes);
    }
    parts.send(
        number -> {
          StoredPart stored = upload.store(number, part);
          part.release();
          copied.accept(stored.bytes());
          return new Piece(
              stored.completed(settings.transfer().checksums()),
              stored.bytes(),
              Optional.of(stored.sum()));
        });
  }

  private Piece copy(ObjectUpload upload, int number, CopiedRange range) throws IOException {
    CompletedPart part = upload.copy(number, range);
    copied.accept(range.bytes());
    return new Piece(part, range.bytes(), S3Checksum.of(part));
  }
}

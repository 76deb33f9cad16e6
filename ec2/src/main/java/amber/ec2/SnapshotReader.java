package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.ec2.AwsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads some blocks of a snapshot, with requests under way for those that come next: as many as
 * this reader's share of all buffers.
 */
final class SnapshotReader implements BlockReader {

  private final Ec2Connection aws;
  private final String snapshotId;
  private final BlockListing listing;
  private final int[] indexes;
  private final AtomicInteger readers;
  private final BlockDigest digest = new BlockDigest();
  private final Queue<Ahead> ahead = new ArrayDeque<>();
  private int begun;
  private boolean closed;

  SnapshotReader(
      Ec2Connection aws,
      String snapshotId,
      BlockListing listing,
      int[] indexes,
      AtomicInteger readers) {
    this.aws = aws;
    this.snapshotId = snapshotId;
    this.listing = listing;
    this.indexes = indexes;
    this.readers = readers;
    readers.incrementAndGet();
  }

  /** A block that was asked for, and where it comes to. */
  private static final class Ahead {
    final int index;
    final byte[] buffer;
    BlockFetch fetch;

    Ahead(int index, byte[] buffer) {
      this.index = index;
      this.buffer = buffer;
    }
  }

  @Override
  public byte[] next(ByteBuffer slot) throws IOException {
    fetchAhead();
    Ahead head = ahead.element();
    byte[] found =
        aws.gets()
            .retry()
            .call(
                (number, limit) -> {
                  if (number > 1) {
                    aws.gets().pace().await();
                    begin(head);
                  }
                  return await(head, limit);
                });
    slot.put(slot.position(), head.buffer);
    ahead.remove();
    aws.readSlots().give(head.buffer);
    return found;
  }

  private byte[] await(Ahead head, Duration limit) throws IOException {
    try {
      return head.fetch.await(digest, limit);
    } catch (AwsException e) {
      if (e.kind() == Kind.STALE_BLOCK_TOKEN) {
        listing.spoil(head.index, head.fetch.token());
      }
      throw e;
    }
  }

  private void fetchAhead() throws IOException {
    int share = Math.max(1, aws.settings().inFlight() / Math.max(1, readers.get()));
    while (begun < indexes.length && ahead.size() < share) {
      int index = indexes[begun];
      Optional<byte[]> buffer =
          ahead.isEmpty()
              ? Optional.of(aws.readSlots().take("block %d of %s".formatted(index, snapshotId)))
              : aws.readSlots().tryTake();
      if (buffer.isEmpty()) {
        return;
      }
      begin(index, buffer.get());
    }
  }

  private void begin(int index, byte[] buffer) throws IOException {
    Ahead next = new Ahead(index, buffer);
    boolean underWay = false;
    try {
      aws.gets().pace().await();
      begin(next);
      underWay = true;
    } finally {
      if (!underWay) {
        aws.readSlots().give(buffer);
      }
    }
    ahead.add(next);
    begun++;
  }

  private void begin(Ahead block) throws IOException {
    String token = listing.token(block.index);
    block.fetch = BlockFetch.begin(aws, snapshotId, block.index, token, block.buffer);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    readers.decrementAndGet();
    for (Ahead block : ahead) {
      block.fetch.cancel();
      aws.readSlots().give(block.buffer);
    }
    ahead.clear();
  }

  @Override
  public String toString() {
    return "%d of %d blocks of %s, %d bytes each"
        .formatted(begun, indexes.length, snapshotId, Block.SIZE);
  }
}

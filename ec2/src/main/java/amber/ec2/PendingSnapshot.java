package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.PendingVolume;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;

/** A snapshot being written. Until it is completed, closing deletes it. */
final class PendingSnapshot implements PendingVolume {

  private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(30);
  private static final Duration ABANDON_LIMIT = Duration.ofSeconds(30);

  private final Ec2Connection aws;
  private final SnapshotWriter writer;
  private final String snapshotId;
  private final int number;
  private final int blockCount;
  private final boolean fillHoles;
  private final long startedAt = System.nanoTime();
  private final DigestSpool digests;
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final Object arrival = new Object();
  private int underWay;
  private boolean ended;

  PendingSnapshot(
      Ec2Connection aws,
      SnapshotWriter writer,
      String snapshotId,
      int number,
      long sizeBytes,
      boolean fillHoles)
      throws IOException {
    this.aws = aws;
    this.writer = writer;
    this.snapshotId = snapshotId;
    this.number = number;
    this.blockCount = Block.count(sizeBytes);
    this.fillHoles = fillHoles;
    this.digests = DigestSpool.open();
  }

  String snapshotId() {
    return snapshotId;
  }

  @Override
  public String location() {
    return snapshotId;
  }

  /** Whether EBS may not know of the snapshot everywhere yet. */
  boolean isFresh() {
    return System.nanoTime() - startedAt < aws.settings().freshLimit().toNanos();
  }

  @Override
  public void write(int index, ByteBuffer block, byte[] digest) throws IOException {
    requireWanted();
    if (index < 0 || index >= blockCount || block.remaining() != Block.SIZE) {
      throw new IllegalArgumentException(
          "%s: block %d of %d bytes, should be block 0 to %d of %d bytes"
              .formatted(snapshotId, index, block.remaining(), blockCount - 1, Block.SIZE));
    }
    digests.put(index, digest);
    String where = "block %d of %s".formatted(index, snapshotId);
    byte[] buffer = aws.writeSlots().take(where);
    block.get(block.position(), buffer);
    synchronized (arrival) {
      underWay++;
    }
    aws.putRequests().submit(new BlockPut(aws, this, index, buffer, digest));
  }

  /** One block is no longer under way. */
  void arrived() {
    synchronized (arrival) {
      underWay--;
      arrival.notifyAll();
    }
  }

  /** One block did not get there. */
  void failed(IOException cause) {
    failure.compareAndSet(null, cause);
    arrived();
  }

  /** Throws what has failed before, so that nobody works on for nothing. */
  void requireWanted() throws IOException {
    IOException earlier = failure.get();
    if (earlier != null) {
      // Each thread that learns of it gets an exception of its own, with its own way here.
      throw earlier instanceof InterruptedIOException ? earlier : AwsErrors.again(earlier);
    }
  }

  /** Whether the blocks under way are worth sending. */
  boolean isWanted() {
    return failure.get() == null;
  }

  private boolean settle(Duration limit) throws IOException {
    long began = System.nanoTime();
    synchronized (arrival) {
      while (underWay > 0) {
        long left = limit.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(arrival, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while blocks went to " + snapshotId);
        }
      }
      return true;
    }
  }

  @Override
  public void commit() throws IOException {
    if (fillHoles) {
      writeZeros();
    }
    if (!settle(ARRIVAL_LIMIT)) {
      throw new IOException(
          "%s: %d blocks have not arrived after %d min"
              .formatted(snapshotId, underWay(), ARRIVAL_LIMIT.toMinutes()));
    }
    requireWanted();
    int count = digests.count();
    String linear = Base64.getEncoder().encodeToString(digests.linear());
    aws.starts().retry(isFresh()).call((attempt, limit) -> complete(count, linear, attempt, limit));
    ended = true;
    writer.committed(number, snapshotId);
    digests.close();
  }

  /** Writes zeros where nothing was written. */
  private void writeZeros() throws IOException {
    byte[] digest = BlockDigest.zeroBlock();
    ByteBuffer zeros = ByteBuffer.allocate(Block.SIZE);
    for (int index = digests.nextAbsent(0); index < blockCount; ) {
      write(index, zeros, digest);
      index = digests.nextAbsent(index);
    }
  }

  private String complete(int count, String linear, int attempt, Duration limit)
      throws IOException {
    aws.starts().pace().await();
    String where = "completion of " + snapshotId;
    try {
      return Ec2Connection.await(
              where, aws.ebs().completeSnapshot(r -> ask(r, count, linear)), limit)
          .statusAsString();
    } catch (AwsException e) {
      // An earlier attempt may have worked and its answer been lost: there is then nothing to
      // complete any more. What is wrong with the snapshot itself is not said in this way.
      boolean maybe = attempt > 1 && e.kind() == AwsException.Kind.INVALID;
      if (!maybe || AwsErrors.hasReason(e, "INVALID_PARAMETER_VALUE")) {
        throw e;
      }
      String state = SnapshotDescription.of(aws, snapshotId).state();
      if (!state.equals("completed") && !state.equals("pending")) {
        throw e;
      }
      return state;
    }
  }

  private void ask(CompleteSnapshotRequest.Builder request, int count, String linear) {
    request.snapshotId(snapshotId).changedBlocksCount(count);
    // An aggregate over nothing is not defined.
    if (count > 0) {
      request.checksum(linear).checksumAlgorithm("SHA256").checksumAggregationMethod("LINEAR");
    }
  }

  private int underWay() {
    synchronized (arrival) {
      return underWay;
    }
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    failure.compareAndSet(null, new IOException(snapshotId + ": is being discarded"));
    // An interrupt is why we are here, perhaps; what costs money is deleted all the same.
    boolean interrupted = Thread.interrupted();
    try (digests) {
      settle(ABANDON_LIMIT);
      writer.delete(snapshotId, isFresh());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

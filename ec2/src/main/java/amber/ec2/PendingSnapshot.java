package amber.ec2;

import amber.block.Arrivals;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockLog;
import amber.block.PendingVolume;
import amber.work.Grace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A snapshot being written. Until it is completed, closing deletes it, unless it was begun with a
 * log.
 */
final class PendingSnapshot implements PendingVolume {

  private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(30);
  private static final Duration ABANDON_LIMIT = Duration.ofSeconds(30);
  // What arrives meanwhile need not be sent again; what does not, need not be deleted.
  private static final Duration KEEP_LIMIT = Duration.ofSeconds(3);

  // How many zeros are sent again at most for each stretch of which one was under way.
  private static final int STRETCH_BLOCKS = 256;

  private final Ec2Connection aws;
  private final SnapshotWriter writer;
  private final String snapshotId;
  private final int number;
  private final int blockCount;
  private final boolean fillHoles;
  private final Optional<BlockLog> log;
  private final Optional<SnapshotSum> noted;
  private final Set<Integer> filled;
  private final long startedAt = System.nanoTime();
  private final DigestSpool digests;
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final Object arrival = new Object();
  private int underWay;
  private boolean ended;

  /**
   * A snapshot that was begun.
   *
   * @param log what is told of it, if it shall stay when it is closed
   * @param noted with what an earlier run was about to complete it, if it came so far
   * @param filled the stretches of blocks where an earlier run has put zeros
   */
  PendingSnapshot(
      Ec2Connection aws,
      SnapshotWriter writer,
      String snapshotId,
      int number,
      long sizeBytes,
      boolean fillHoles,
      Optional<BlockLog> log,
      Optional<SnapshotSum> noted,
      Set<Integer> filled)
      throws IOException {
    this.aws = aws;
    this.writer = writer;
    this.snapshotId = snapshotId;
    this.number = number;
    this.blockCount = Block.count(sizeBytes);
    this.fillHoles = fillHoles;
    this.log = log;
    this.noted = noted;
    this.filled = filled;
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
    write(index, block, digest, () -> {});
  }

  @Override
  public void written(int index, byte[] digest) throws IOException {
    digests.put(index, digest);
  }

  @Override
  public void write(int index, ByteBuffer block, byte[] digest, Runnable arrived)
      throws IOException {
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
    aws.putRequests().submit(new BlockPut(aws, this, index, buffer, digest, arrived));
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
  public void settle() throws IOException {
    if (!settle(ARRIVAL_LIMIT)) {
      throw new IOException(
          "%s: %d blocks have not arrived after %d min"
              .formatted(snapshotId, underWay(), ARRIVAL_LIMIT.toMinutes()));
    }
    requireWanted();
  }

  @Override
  public void commit() throws IOException {
    SnapshotSum sum = noted.isPresent() ? noted.get() : sum();
    if (log.isPresent() && noted.isEmpty()) {
      log.get().committing(sum.toString());
    }
    try {
      aws.starts().retry(isFresh()).call((attempt, limit) -> complete(sum, attempt, limit));
    } catch (AwsException e) {
      if (log.isPresent() && isOfOtherBlocks(e)) {
        giveUp(log.get(), e);
      }
      throw e;
    }
    ended = true;
    writer.committed(number, snapshotId, sum, log.isPresent());
    digests.close();
  }

  /** Whatever was noted, that is not what EBS has: another attempt would not mend it. */
  private void giveUp(BlockLog told, AwsException refusal) {
    try {
      writer.delete(snapshotId, false);
      told.lost();
    } catch (IOException e) {
      refusal.addSuppressed(e);
    }
  }

  /** What all blocks add up to, when all have arrived. */
  private SnapshotSum sum() throws IOException {
    if (fillHoles) {
      writeZeros();
    }
    settle();
    return new SnapshotSum(digests.count(), Base64.getEncoder().encodeToString(digests.linear()));
  }

  /** Writes zeros where nothing was written: neither by this run nor by an earlier one. */
  private void writeZeros() throws IOException {
    byte[] digest = BlockDigest.zeroBlock();
    for (int index = digests.nextAbsent(0); index < blockCount; ) {
      int stretch = index / STRETCH_BLOCKS;
      int end = Math.min(blockCount, (stretch + 1) * STRETCH_BLOCKS);
      if (filled.contains(stretch)) {
        for (; index < end; index = digests.nextAbsent(index)) {
          digests.put(index, digest);
        }
      } else {
        writeZeros(stretch, end, digest);
        index = digests.nextAbsent(index);
      }
    }
  }

  /** Those of one stretch, which is noted when all have arrived. */
  private void writeZeros(int stretch, int end, byte[] digest) throws IOException {
    Arrivals arrivals = new Arrivals(() -> log.ifPresent(told -> told.filled(stretch)));
    ByteBuffer zeros = ByteBuffer.allocate(Block.SIZE);
    int index = digests.nextAbsent(stretch * STRETCH_BLOCKS);
    while (index < end) {
      write(index, zeros, digest, arrivals.next());
      index = digests.nextAbsent(index);
    }
    arrivals.noMore();
  }

  private String complete(SnapshotSum sum, int attempt, Duration limit) throws IOException {
    aws.starts().pace().await();
    String where = "completion of " + snapshotId;
    try {
      return aws.await(
              where,
              aws.ebs()
                  .completeSnapshot(
                      r -> {
                        r.snapshotId(snapshotId);
                        sum.ask(r);
                      }),
              limit)
          .statusAsString();
    } catch (AwsException e) {
      // An earlier attempt may have worked and its answer been lost: there is then nothing to
      // complete any more. What is wrong with the snapshot itself is not said in this way.
      boolean refused =
          e.kind() == AwsException.Kind.INVALID || e.kind() == AwsException.Kind.REFUSED;
      boolean maybe = (attempt > 1 || noted.isPresent()) && refused;
      if (!maybe || isOfOtherBlocks(e)) {
        throw e;
      }
      String state = SnapshotDescription.of(aws, snapshotId).state();
      if (!state.equals("completed") && !state.equals("pending")) {
        throw e;
      }
      return state;
    }
  }

  /** Whether EBS has other blocks than it was said to have. */
  private static boolean isOfOtherBlocks(AwsException refusal) {
    return AwsErrors.hasReason(refusal, "INVALID_PARAMETER_VALUE");
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
    failure.compareAndSet(null, new IOException(snapshotId + ": is being closed"));
    // An interrupt is why we are here, perhaps; what costs money is deleted all the same.
    boolean interrupted = Thread.interrupted();
    try (digests) {
      settle(Grace.share(log.isPresent() ? KEEP_LIMIT : ABANDON_LIMIT));
      if (log.isEmpty()) {
        writer.delete(snapshotId, isFresh());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package amber.ec2;

import amber.work.Retry;
import amber.work.Retry.Verdict;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;

/**
 * Blocks on their way into snapshots. A first attempt is nobody's to wait for; whoever needs a
 * buffer next, or waits for a volume's last block, takes care of the attempts that failed.
 */
final class PutFlow {

  private static final Duration BUFFER_LIMIT = Duration.ofMinutes(30);
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Ec2Connection aws;
  private final Retry fresh;
  private final Queue<Put> failed = new ConcurrentLinkedQueue<>();

  PutFlow(Ec2Connection aws) {
    this.aws = aws;
    Duration limit = aws.settings().freshLimit();
    RetryPolicy policy =
        new RetryPolicy(
            1000,
            aws.settings().blockRetry().attemptLimit(),
            Duration.ofMillis(200),
            Duration.ofSeconds(4),
            limit.plusSeconds(10));
    this.fresh =
        new Retry(
            policy,
            failure ->
                AwsErrors.isNotFound(failure)
                    ? Verdict.TRANSIENT
                    : Ec2Connection.Channel.verdict(failure, aws.puts().pace()));
  }

  /** One block on its way, in a buffer that is its own until it has arrived. */
  static final class Put {
    final PendingSnapshot volume;
    final int index;
    final byte[] buffer;
    final String checksum;
    volatile IOException failure;

    Put(PendingSnapshot volume, int index, byte[] buffer, String checksum) {
      this.volume = volume;
      this.index = index;
      this.buffer = buffer;
      this.checksum = checksum;
    }

    String where() {
      return "block %d of %s".formatted(index, volume.snapshotId());
    }
  }

  /** How requests to this snapshot are tried again: for two minutes, it may not yet be known. */
  Retry retry(PendingSnapshot volume, Retry otherwise) {
    return volume.isFresh() ? fresh : otherwise;
  }

  /** A buffer, as soon as one is free. */
  byte[] takeBuffer(String what) throws IOException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < BUFFER_LIMIT.toNanos()) {
      if (!mendOne()) {
        Optional<byte[]> buffer = aws.writeSlots().tryTake(PATIENCE, what);
        if (buffer.isPresent()) {
          return buffer.get();
        }
      }
    }
    throw new IOException(
        "%s: no buffer became free in %d min".formatted(what, BUFFER_LIMIT.toMinutes()));
  }

  /** Sends a block; the volume hears what becomes of it. */
  void begin(Put put) throws IOException {
    aws.puts().pace().await();
    // What becomes of it is told to the volume.
    CompletableFuture<?> unused =
        send(put).whenComplete((response, thrown) -> settle(put, response, thrown));
  }

  private void settle(Put put, PutSnapshotBlockResponse response, Throwable thrown) {
    if (thrown != null) {
      fail(put, AwsErrors.of(put.where(), thrown));
      return;
    }
    try {
      checkEcho(put, response);
      arrived(put);
    } catch (IOException e) {
      fail(put, e);
    }
  }

  /** Takes care of one block whose first attempt failed, if there is one. */
  boolean mendOne() throws IOException {
    Put put = failed.poll();
    if (put == null) {
      return false;
    }
    try {
      retry(put.volume, aws.puts().retry()).call((number, limit) -> attempt(put, number, limit));
    } catch (IOException e) {
      // A request that was given up may still be reading the buffer.
      aws.writeSlots().forget();
      put.volume.failed(e);
      return true;
    }
    aws.writeSlots().forget();
    put.volume.arrived();
    return true;
  }

  private PutSnapshotBlockResponse attempt(Put put, int number, Duration limit) throws IOException {
    if (number == 1) {
      throw put.failure;
    }
    put.volume.requireWanted();
    aws.puts().pace().await();
    PutSnapshotBlockResponse response = Ec2Connection.await(put.where(), send(put), limit);
    checkEcho(put, response);
    return response;
  }

  private CompletableFuture<PutSnapshotBlockResponse> send(Put put) {
    return aws.ebs()
        .putSnapshotBlock(
            r ->
                r.snapshotId(put.volume.snapshotId())
                    .blockIndex(put.index)
                    .dataLength(put.buffer.length)
                    .checksum(put.checksum)
                    .checksumAlgorithm("SHA256"),
            AsyncRequestBody.fromBytesUnsafe(put.buffer));
  }

  private void checkEcho(Put put, PutSnapshotBlockResponse response) throws IOException {
    if (!put.checksum.equals(response.checksum())) {
      throw new AwsException(
          AwsException.Kind.TRANSIENT,
          put.where(),
          "EBS stored a block of SHA-256 %s, should be %s"
              .formatted(response.checksum(), put.checksum),
          null);
    }
  }

  private void arrived(Put put) {
    aws.writeSlots().give(put.buffer);
    put.volume.arrived();
  }

  private void fail(Put put, IOException failure) {
    put.failure = failure;
    failed.add(put);
  }
}

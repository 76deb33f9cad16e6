package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.ec2.AwsException.Kind;
import amber.work.RequestFlow;
import amber.work.Retry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;

/**
 * One block that a reader wants, from when it is wanted until it was read. The SDK does not compare
 * a block with its checksum; the reader does, on its own thread.
 */
final class BlockFetch extends RequestFlow.Request {

  private enum State {
    WAITING,
    UNDER_WAY,
    ARRIVED,
    FAILED,
    GIVEN_UP
  }

  private final Ec2Connection aws;
  private final String snapshotId;
  private final BlockListing listing;
  private final int index;
  private State state = State.WAITING;
  private byte[] buffer;
  private BlockTransfer transfer;
  private CompletableFuture<GetSnapshotBlockResponse> answer;
  private IOException failure;

  /** The token of the last attempt, and whether it was refused. On the sending thread only. */
  private String token;

  private volatile boolean stale;

  BlockFetch(Ec2Connection aws, String snapshotId, BlockListing listing, int index) {
    this.aws = aws;
    this.snapshotId = snapshotId;
    this.listing = listing;
    this.index = index;
  }

  @Override
  protected String where() {
    return "block %d of %s".formatted(index, snapshotId);
  }

  synchronized boolean isWaiting() {
    return state == State.WAITING;
  }

  /** Takes the buffer that the block shall come into, unless it has one or is given up. */
  synchronized boolean begin(byte[] into) {
    if (state != State.WAITING) {
      return false;
    }
    buffer = into;
    state = State.UNDER_WAY;
    return true;
  }

  synchronized void beginAgain() {
    if (state == State.ARRIVED) {
      state = State.UNDER_WAY;
    }
  }

  @Override
  protected synchronized boolean isWanted() {
    return state == State.UNDER_WAY;
  }

  @Override
  protected Retry retry() {
    return aws.gets().retry();
  }

  @Override
  protected CompletableFuture<?> send(int number) throws IOException {
    if (stale) {
      listing.spoil(index, token);
      stale = false;
    }
    token = listing.token(index);
    BlockTransfer next;
    synchronized (this) {
      if (state != State.UNDER_WAY) {
        return CompletableFuture.failedFuture(new CancellationException(where()));
      }
      detach();
      next = new BlockTransfer(buffer, aws.traffic());
      transfer = next;
    }
    CompletableFuture<GetSnapshotBlockResponse> sent =
        aws.ebs()
            .getSnapshotBlock(
                r -> r.snapshotId(snapshotId).blockIndex(index).blockToken(token), next);
    synchronized (this) {
      answer = sent;
      if (state == State.GIVEN_UP) {
        sent.cancel(true);
      }
    }
    return sent;
  }

  /** Late bytes of an attempt that was given up must not reach the buffer. */
  private void detach() {
    if (transfer != null) {
      transfer.detach();
    }
  }

  @Override
  protected IOException worded(Throwable thrown) {
    IOException worded = AwsErrors.of(where(), thrown, aws.traffic());
    stale = AwsErrors.is(worded, Kind.STALE_BLOCK_TOKEN);
    return worded;
  }

  @Override
  protected void arrived() {
    end(State.ARRIVED, null);
  }

  @Override
  protected void failed(IOException why) {
    end(State.FAILED, why);
  }

  private synchronized void end(State end, IOException why) {
    if (state == State.UNDER_WAY) {
      state = end;
      failure = why;
      notifyAll();
    }
  }

  /** Waits for the block. */
  void await(Duration limit) throws IOException {
    long began = System.nanoTime();
    synchronized (this) {
      while (state == State.UNDER_WAY) {
        long left = limit.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          throw new IOException("%s: has not come in %d min".formatted(where(), limit.toMinutes()));
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting for " + where());
        }
      }
      if (state != State.ARRIVED) {
        throw failure;
      }
    }
  }

  /**
   * Compares the block that arrived with its checksum, and fills what is missing with zeros.
   *
   * @return the digest of the whole block
   * @throws AwsException if it is not what EBS has
   */
  byte[] check(BlockDigest digest) throws AwsException {
    GetSnapshotBlockResponse response = answer.getNow(null);
    int received = transfer.detach();
    Integer length = response.dataLength();
    if (length == null || length < 1 || length > Block.SIZE || length != received) {
      throw damaged("%d bytes came, should be %s".formatted(received, length));
    }
    byte[] found;
    if (length == Block.SIZE) {
      found = digest.of(ByteBuffer.wrap(buffer));
    } else {
      Arrays.fill(buffer, length, Block.SIZE, (byte) 0);
      MessageDigest sha256 = BlockDigest.newSha256();
      sha256.update(buffer, 0, length);
      found = sha256.digest();
    }
    String checksum = Base64.getEncoder().encodeToString(found);
    if (!"SHA256".equals(response.checksumAlgorithmAsString())
        || !checksum.equals(response.checksum())) {
      throw damaged(
          "SHA256 of what came is %s, should be %s %s"
              .formatted(checksum, response.checksumAlgorithmAsString(), response.checksum()));
    }
    return length == Block.SIZE ? found : digest.of(ByteBuffer.wrap(buffer));
  }

  private AwsException damaged(String problem) {
    return new AwsException(Kind.TRANSIENT, where(), problem, null);
  }

  /** The block that arrived and was checked. */
  byte[] bytes() {
    return buffer;
  }

  /** Says that nobody wants the block any more; returns the buffer that it had. */
  synchronized Optional<byte[]> giveUp() {
    state = State.GIVEN_UP;
    failure = new IOException(where() + ": is no longer wanted");
    detach();
    if (answer != null) {
      answer.cancel(true);
    }
    Optional<byte[]> unused = Optional.ofNullable(buffer);
    buffer = null;
    return unused;
  }
}

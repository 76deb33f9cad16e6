package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.ec2.AwsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;

/**
 * One request for one block, which comes into a buffer of ours. The SDK does not compare the block
 * with its checksum; {@link #await} does, on the thread that waits.
 */
final class BlockFetch
    implements AsyncResponseTransformer<GetSnapshotBlockResponse, GetSnapshotBlockResponse> {

  private final String where;
  private final String token;
  private final Receiver receiver;
  private final CompletableFuture<GetSnapshotBlockResponse> whole = new CompletableFuture<>();
  private volatile GetSnapshotBlockResponse head;
  private CompletableFuture<GetSnapshotBlockResponse> answer;

  private BlockFetch(String where, String token, byte[] buffer) {
    this.where = where;
    this.token = token;
    this.receiver = new Receiver(buffer);
  }

  static BlockFetch begin(
      Ec2Connection aws, String snapshotId, int index, String token, byte[] buffer) {
    BlockFetch fetch = new BlockFetch("block %d of %s".formatted(index, snapshotId), token, buffer);
    fetch.answer =
        aws.ebs()
            .getSnapshotBlock(
                r -> r.snapshotId(snapshotId).blockIndex(index).blockToken(token), fetch);
    return fetch;
  }

  String token() {
    return token;
  }

  /** Waits for the block, and returns its digest; the buffer then holds it, and is the caller's. */
  byte[] await(BlockDigest digest, Duration limit) throws IOException {
    try {
      GetSnapshotBlockResponse response = Ec2Connection.await(where, answer, limit);
      return check(response, receiver.detach(), digest);
    } finally {
      receiver.detach();
    }
  }

  /** Gives the request up; the buffer is the caller's again. */
  void cancel() {
    answer.cancel(true);
    receiver.detach();
  }

  private byte[] check(GetSnapshotBlockResponse response, Received received, BlockDigest digest)
      throws IOException {
    Integer length = response.dataLength();
    if (length == null || length < 1 || length > Block.SIZE || length != received.length()) {
      throw new AwsException(
          Kind.TRANSIENT,
          where,
          "%d bytes came, should be %s".formatted(received.length(), length),
          null);
    }
    byte[] buffer = received.buffer();
    byte[] found;
    if (length == Block.SIZE) {
      found = digest.of(ByteBuffer.wrap(buffer));
    } else {
      Arrays.fill(buffer, length, Block.SIZE, (byte) 0);
      MessageDigest sha256 = BlockDigest.newSha256();
      sha256.update(buffer, 0, length);
      found = sha256.digest();
    }
    if (!"SHA256".equals(response.checksumAlgorithmAsString())
        || !Base64.getEncoder().encodeToString(found).equals(response.checksum())) {
      throw new AwsException(
          Kind.TRANSIENT,
          where,
          "%s of what came is %s, should be %s %s"
              .formatted(
                  "SHA256",
                  Base64.getEncoder().encodeToString(found),
                  response.checksumAlgorithmAsString(),
                  response.checksum()),
          null);
    }
    return length == Block.SIZE ? found : digest.of(ByteBuffer.wrap(buffer));
  }

  @Override
  public CompletableFuture<GetSnapshotBlockResponse> prepare() {
    return whole;
  }

  @Override
  public void onResponse(GetSnapshotBlockResponse response) {
    head = response;
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> publisher) {
    CompletableFuture<?> unused =
        publisher
            .subscribe(receiver::take)
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    whole.complete(head);
                  } else {
                    whole.completeExceptionally(failure);
                  }
                });
  }

  @Override
  public void exceptionOccurred(Throwable error) {
    whole.completeExceptionally(error);
  }

  private record Received(byte[] buffer, int length) {}

  /** Where the bytes go, until nobody wants them any more: late ones must not reach the buffer. */
  private static final class Receiver {
    private byte[] buffer;
    private int length;

    Receiver(byte[] buffer) {
      this.buffer = buffer;
    }

    synchronized void take(ByteBuffer bytes) {
      int count = bytes.remaining();
      if (buffer != null && count <= buffer.length - length) {
        bytes.get(buffer, length, count);
      }
      length += count;
    }

    synchronized Received detach() {
      Received received = new Received(buffer, length);
      buffer = null;
      return received;
    }
  }
}

package amber.ec2;

import amber.ec2.AwsException.Kind;
import amber.work.RequestFlow;
import amber.work.Retry;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockResponse;

/** One block on its way into a snapshot, in a buffer that is its own until it has arrived. */
final class BlockPut extends RequestFlow.Request {

  private final Ec2Connection aws;
  private final PendingSnapshot volume;
  private final int index;
  private final byte[] buffer;
  private final String checksum;
  private final Runnable arrived;
  private volatile boolean again;

  /**
   * A block.
   *
   * @param arrived is run when EBS has it
   */
  BlockPut(
      Ec2Connection aws,
      PendingSnapshot volume,
      int index,
      byte[] buffer,
      byte[] digest,
      Runnable arrived) {
    this.arrived = arrived;
    this.aws = aws;
    this.volume = volume;
    this.index = index;
    this.buffer = buffer;
    this.checksum = Base64.getEncoder().encodeToString(digest);
  }

  @Override
  protected String where() {
    return "block %d of %s".formatted(index, volume.snapshotId());
  }

  @Override
  protected boolean isWanted() {
    return volume.isWanted();
  }

  @Override
  protected Retry retry() {
    return aws.puts().retry(volume.isFresh());
  }

  @Override
  protected CompletableFuture<?> send(int number) {
    again = number > 1;
    return aws.ebsOfPuts()
        .putSnapshotBlock(
            r ->
                r.snapshotId(volume.snapshotId())
                    .blockIndex(index)
                    .dataLength(buffer.length)
                    .checksum(checksum)
                    .checksumAlgorithm("SHA256"),
            AsyncRequestBody.fromBytesUnsafe(buffer))
        .thenAccept(this::checkEcho);
  }

  private void checkEcho(PutSnapshotBlockResponse response) {
    if (!checksum.equals(response.checksum())) {
      throw new CompletionException(
          new AwsException(
              Kind.TRANSIENT,
              where(),
              "EBS stored a block of SHA-256 %s, should be %s"
                  .formatted(response.checksum(), checksum),
              null));
    }
  }

  @Override
  protected IOException worded(Throwable thrown) {
    return AwsErrors.of(where(), thrown, aws.traffic());
  }

  @Override
  protected void arrived() {
    aws.traffic().moved(buffer.length);
    giveBuffer();
    try {
      arrived.run();
    } finally {
      volume.arrived();
    }
  }

  @Override
  protected void failed(IOException failure) {
    again = true;
    giveBuffer();
    volume.failed(failure);
  }

  private void giveBuffer() {
    if (again) {
      // A request that was given up may still be reading it.
      aws.writeSlots().forget();
    } else {
      aws.writeSlots().give(buffer);
    }
  }
}

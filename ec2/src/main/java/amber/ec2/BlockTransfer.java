package amber.ec2;

import amber.work.Traffic;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;

/** The answer to one attempt to get a block: its bytes go into a buffer of ours as they come. */
final class BlockTransfer
    implements AsyncResponseTransformer<GetSnapshotBlockResponse, GetSnapshotBlockResponse> {

  private final CompletableFuture<GetSnapshotBlockResponse> whole = new CompletableFuture<>();
  private final Traffic traffic;
  private volatile GetSnapshotBlockResponse head;
  private byte[] buffer;
  private int length;

  BlockTransfer(byte[] buffer, Traffic traffic) {
    this.buffer = buffer;
    this.traffic = traffic;
  }

  private synchronized void take(ByteBuffer bytes) {
    int count = bytes.remaining();
    traffic.moved(count);
    if (buffer != null && count <= buffer.length - length) {
      bytes.get(buffer, length, count);
    }
    length += count;
  }

  /** No byte reaches the buffer any more. Returns how many came until now. */
  synchronized int detach() {
    buffer = null;
    return length;
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
            .subscribe(this::take)
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
}

package amber.benchmark.aws;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.ebs.EbsAsyncClient;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;

/** The calls of an asynchronous client: bytes go from its buffers straight into ours. */
record AsyncCalls(EbsAsyncClient ebs) implements BlockCalls {

  @Override
  public CompletableFuture<?> get(GetSnapshotBlockRequest request, byte[] buffer) {
    return ebs.getSnapshotBlock(request, new Into(buffer));
  }

  @Override
  public CompletableFuture<?> put(PutSnapshotBlockRequest request, byte[] block) {
    return ebs.putSnapshotBlock(request, AsyncRequestBody.fromBytesUnsafe(block));
  }

  @Override
  public void close() {
    ebs.close();
  }

  private static final class Into
      implements AsyncResponseTransformer<GetSnapshotBlockResponse, Void> {
    private final ByteBuffer target;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Into(byte[] buffer) {
      this.target = ByteBuffer.wrap(buffer);
    }

    @Override
    public CompletableFuture<Void> prepare() {
      return done;
    }

    @Override
    public void onResponse(GetSnapshotBlockResponse response) {
      // Only the bytes are looked at.
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
      CompletableFuture<?> unused =
          publisher
              .subscribe(target::put)
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure == null && target.hasRemaining()) {
                      done.completeExceptionally(
                          new IllegalStateException(target + ": the block was short"));
                    } else if (failure == null) {
                      done.complete(null);
                    } else {
                      done.completeExceptionally(failure);
                    }
                  });
    }

    @Override
    public void exceptionOccurred(Throwable error) {
      done.completeExceptionally(error);
    }
  }
}

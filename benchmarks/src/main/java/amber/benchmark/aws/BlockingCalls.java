package amber.benchmark.aws;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;

/** The calls of a client that waits, on a thread for each request that is under way. */
record BlockingCalls(EbsClient ebs, Executor threads) implements BlockCalls {

  @Override
  public CompletableFuture<?> get(GetSnapshotBlockRequest request, byte[] buffer) {
    return CompletableFuture.runAsync(
        () ->
            ebs.getSnapshotBlock(
                request,
                (response, body) -> {
                  int count = body.readNBytes(buffer, 0, buffer.length);
                  if (count != buffer.length) {
                    throw new IllegalStateException("a block of %d bytes".formatted(count));
                  }
                  return count;
                }),
        threads);
  }

  @Override
  public CompletableFuture<?> put(PutSnapshotBlockRequest request, byte[] block) {
    return CompletableFuture.runAsync(
        () ->
            ebs.putSnapshotBlock(
                request,
                RequestBody.fromContentProvider(
                    () -> new java.io.ByteArrayInputStream(block),
                    block.length,
                    "application/octet-stream")),
        threads);
  }

  @Override
  public void close() {
    ebs.close();
  }
}

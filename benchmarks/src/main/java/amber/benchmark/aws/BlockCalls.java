package amber.benchmark.aws;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;

/** Blocks read and written by one HTTP client, in the cheapest way that the SDK has for it. */
interface BlockCalls extends AutoCloseable {

  /** Reads a block into all of a buffer. */
  CompletableFuture<?> get(GetSnapshotBlockRequest request, byte[] buffer);

  /** Writes a block. */
  CompletableFuture<?> put(PutSnapshotBlockRequest request, byte[] block);

  @Override
  void close();
}

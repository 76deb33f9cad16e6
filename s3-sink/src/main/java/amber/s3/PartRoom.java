package amber.s3;

import amber.work.BufferPool;
import java.io.Closeable;
import java.io.IOException;

/** The memory and the files of the parts of one archive. Closing removes the files. */
final class PartRoom implements Part.Room, Closeable {

  private final PartPlan plan;
  private final S3Spool spool;
  private final S3Checksum.Algorithm summedBy;
  private final BufferPool chunks;
  private SpoolFiles files;

  PartRoom(PartPlan plan, S3Spool spool, S3Checksum.Algorithm summedBy) {
    this.plan = plan;
    this.spool = spool;
    this.summedBy = summedBy;
    this.chunks = new BufferPool(plan.maxChunks(), Part.CHUNK_BYTES);
  }

  @Override
  public BufferPool chunks() {
    return chunks;
  }

  @Override
  public long memoryBytes() {
    return plan.spools() ? plan.memoryBytes() : Long.MAX_VALUE;
  }

  @Override
  public S3Checksum.Algorithm summedBy() {
    return summedBy;
  }

  @Override
  public SpoolFile newFile() throws IOException {
    if (files == null) {
      files = new SpoolFiles(spool.path(), plan.inFlight());
    }
    return files.newFile();
  }

  @Override
  public void close() {
    if (files != null) {
      files.close();
    }
  }
}

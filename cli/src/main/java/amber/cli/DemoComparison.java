package amber.cli;

import amber.Progress;
import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.ec2.SnapshotBlocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Compares two snapshots block by block, each read through EBS direct. */
final class DemoComparison {

  private static final int READ_BLOCKS = 64;

  private final Progress progress = new Progress();
  private long alike;
  private long absent;

  Progress progress() {
    return progress;
  }

  /** How many blocks both had, with the same bytes. */
  long alike() {
    return alike;
  }

  /** How many blocks neither had. */
  long absent() {
    return absent;
  }

  /** Fails if they differ in anything. */
  void compare(SnapshotBlocks one, SnapshotBlocks other) throws IOException {
    BlockSet listed = one.listed();
    BlockSet otherListed = other.listed();
    if (one.sizeBytes() != other.sizeBytes() || !listed.equals(otherListed)) {
      throw new IOException(
          "%s and %s: have %s and %s, should have the same ones"
              .formatted(one.location(), other.location(), listed, otherListed));
    }
    progress.begin(progress.snapshot().blocks() + listed.size());
    ByteBuffer block = ByteBuffer.allocateDirect(Block.SIZE);
    ByteBuffer otherBlock = ByteBuffer.allocateDirect(Block.SIZE);
    for (int done = 0; done < listed.size(); done += READ_BLOCKS) {
      int[] indexes = listed.slice(done, Math.min(READ_BLOCKS, listed.size() - done));
      try (BlockReader reader = one.read(indexes);
          BlockReader otherReader = other.read(indexes)) {
        for (int index : indexes) {
          byte[] digest = reader.next(block);
          byte[] otherDigest = otherReader.next(otherBlock);
          if (!Arrays.equals(digest, otherDigest) || block.mismatch(otherBlock) >= 0) {
            throw new IOException(
                "%s and %s: block %d is not the same, should be"
                    .formatted(one.location(), other.location(), index));
          }
          progress.done(1, 0, 0);
        }
      }
    }
    alike += listed.size();
    absent += Block.count(one.sizeBytes()) - listed.size();
  }
}

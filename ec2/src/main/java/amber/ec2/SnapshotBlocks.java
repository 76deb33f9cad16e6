package amber.ec2;

import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * The blocks of a snapshot, read through EBS direct.
 *
 * <p>Requests are paced below the quota, tried again by class of error, and under way for all
 * readers at once; every block is compared with the checksum that EBS has of it.
 */
public final class SnapshotBlocks implements BlockSource {

  private final Ec2Connection aws;
  private final SnapshotDescription snapshot;
  private final BlockListing listing;

  private SnapshotBlocks(Ec2Connection aws, SnapshotDescription snapshot) {
    this.aws = aws;
    this.snapshot = snapshot;
    this.listing = new BlockListing(aws, snapshot.id(), snapshot.sizeGiB());
  }

  /**
   * Opens a snapshot.
   *
   * @throws UnreadableSnapshotException if it is pending, in error, archived, public or on an
   *     Outpost
   */
  public static SnapshotBlocks open(Ec2Connection aws, String snapshotId) throws IOException {
    return open(aws, SnapshotDescription.of(aws, snapshotId));
  }

  /** Opens a snapshot of which EC2 was asked. */
  static SnapshotBlocks open(Ec2Connection aws, SnapshotDescription snapshot) throws IOException {
    snapshot.requireReadable(aws);
    return new SnapshotBlocks(aws, snapshot);
  }

  @Override
  public String location() {
    return snapshot.id();
  }

  @Override
  public long sizeBytes() {
    return snapshot.sizeBytes();
  }

  /** What EC2 says of the snapshot. */
  public SnapshotDescription description() {
    return snapshot;
  }

  @Override
  public BlockSet listed() throws IOException {
    BlockSet.Builder blocks = new BlockSet.Builder();
    listing.forEachPage(indexes -> addRuns(blocks, indexes));
    return blocks.build();
  }

  private static void addRuns(BlockSet.Builder blocks, int[] indexes) {
    int begin = 0;
    for (int i = 1; i <= indexes.length; i++) {
      if (i == indexes.length || indexes[i] != indexes[i - 1] + 1) {
        blocks.add(indexes[begin], i - begin);
        begin = i;
      }
    }
  }

  /** Lists and reads the first block, to see whether that is allowed; what it needs may be KMS. */
  void tryOut() throws IOException {
    OptionalInt first = listing.first();
    if (first.isPresent()) {
      try (BlockReader reader = read(new int[] {first.getAsInt()})) {
        reader.next(ByteBuffer.allocate(Block.SIZE));
      }
    }
  }

  @Override
  public int blocksAhead() {
    return aws.settings().inFlight();
  }

  @Override
  public BlockReader read(int[] indexes) {
    return new SnapshotReader(aws, snapshot.id(), listing, indexes);
  }

  /** A completed snapshot never changes. */
  @Override
  public void confirmUnchanged() {}

  @Override
  public void close() {
    listing.close();
  }
}

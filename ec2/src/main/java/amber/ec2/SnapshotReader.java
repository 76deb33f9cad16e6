package amber.ec2;

import amber.block.BlockDigest;
import amber.block.BlockReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Reads some blocks of a snapshot, which are on their way from when it is opened. */
final class SnapshotReader implements BlockReader {

  // Retries and pacing have limits of their own, which together are shorter.
  private static final Duration BLOCK_LIMIT = Duration.ofMinutes(25);

  private final GetFlow flow;
  private final BlockDigest digest = new BlockDigest();
  private final Queue<BlockFetch> blocks = new ArrayDeque<>();

  SnapshotReader(Ec2Connection aws, String snapshotId, BlockListing listing, int[] indexes) {
    this.flow = aws.getFlow();
    for (int index : indexes) {
      blocks.add(new BlockFetch(aws, snapshotId, listing, index));
    }
    flow.want(blocks);
  }

  @Override
  public byte[] next(ByteBuffer slot) throws IOException {
    BlockFetch head = blocks.element();
    flow.hurry(head);
    byte[] found = arrival(head);
    slot.put(slot.position(), head.bytes());
    blocks.remove();
    flow.give(head.bytes());
    return found;
  }

  private byte[] arrival(BlockFetch block) throws IOException {
    while (true) {
      block.await(BLOCK_LIMIT);
      try {
        return block.check(digest);
      } catch (AwsException e) {
        flow.again(block, e);
      }
    }
  }

  @Override
  public void close() {
    // All are given up before the first buffer is free, or the next of them would get it.
    List<byte[]> buffers = new ArrayList<>();
    for (BlockFetch block : blocks) {
      block.giveUp().ifPresent(buffers::add);
    }
    blocks.clear();
    buffers.forEach(flow::give);
  }
}

package amber.ec2;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;

/**
 * Blocks on their way from snapshots to their readers. They are asked for in the order in which the
 * readers were opened, across all readers, as many at once as there are buffers: those that came
 * wait in theirs until they are read. So a reader that works on its blocks holds nobody up, and
 * what is under way follows from the buffers, the latency and the pace alone.
 */
final class GetFlow {

  private final Ec2Connection aws;
  private final Queue<BlockFetch> wanted = new ArrayDeque<>();

  GetFlow(Ec2Connection aws) {
    this.aws = aws;
  }

  /** Asks for blocks, after all that was asked for before. */
  void want(Collection<BlockFetch> blocks) {
    synchronized (wanted) {
      wanted.addAll(blocks);
    }
    fill();
  }

  /**
   * Asks for a block that its reader has come to, unless that was done. It gets a buffer beyond the
   * bound if need be, one for each reader at the most: else readers that nobody reads could keep
   * the others from their blocks for ever.
   */
  void hurry(BlockFetch block) {
    if (block.isWaiting()) {
      begin(block, aws.readSlots().takeAnyway());
    }
  }

  /** Takes back a buffer that a block came in. */
  void give(byte[] buffer) {
    aws.readSlots().give(buffer);
    fill();
  }

  private void fill() {
    while (true) {
      BlockFetch next;
      byte[] buffer;
      synchronized (wanted) {
        while (!wanted.isEmpty() && !wanted.element().isWaiting()) {
          wanted.remove();
        }
        Optional<byte[]> free = wanted.isEmpty() ? Optional.empty() : aws.readSlots().tryTake();
        if (free.isEmpty()) {
          return;
        }
        buffer = free.get();
        next = wanted.remove();
      }
      begin(next, buffer);
    }
  }

  private void begin(BlockFetch block, byte[] buffer) {
    if (block.begin(buffer)) {
      aws.getRequests().submit(block);
    } else {
      aws.readSlots().give(buffer);
    }
  }

  /** Tries again what came damaged. */
  void again(BlockFetch block, AwsException failure) {
    block.beginAgain();
    aws.getRequests().again(block, failure);
  }
}

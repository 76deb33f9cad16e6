package amber.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every source of a volume promises. A new one extends this and says how to make a volume of
 * at least five blocks, of which some are absent, some zero, and the last one is listed and, where
 * the source can have such, short.
 */
public abstract class BlockSourceContract {

  /** The volume. */
  protected abstract BlockSource open() throws IOException;

  /** The blocks that are listed. */
  protected abstract BlockSet expectedListed();

  /** Whether the last block is short; false for a source that has whole blocks only. */
  protected boolean endsShort() {
    return true;
  }

  /** What a listed block holds, zeros behind the volume's end. */
  protected abstract byte[] expected(int index);

  @Test
  void listsTheBlocksThatWereWritten() throws IOException {
    try (BlockSource source = open()) {
      assertThat(source.listed()).isEqualTo(expectedListed());
      assertThat(source.sizeBytes() % 512).isZero();
      int last = Block.count(source.sizeBytes()) - 1;
      assertThat(source.listed().last()).isEqualTo(last);
      assertThat(Block.length(last, source.sizeBytes()) < Block.SIZE).isEqualTo(endsShort());
    }
  }

  @Test
  void readsEveryBlockWithItsDigest() throws IOException {
    try (BlockSource source = open()) {
      int[] all = all(source);
      for (ByteBuffer slot :
          List.of(ByteBuffer.allocate(Block.SIZE), ByteBuffer.allocateDirect(Block.SIZE))) {
        try (BlockReader reader = source.read(all)) {
          for (int index : all) {
            assertReads(reader, slot.clear(), index);
          }
        }
      }
    }
  }

  @Test
  void readsAnySelectionOfBlocks() throws IOException {
    try (BlockSource source = open()) {
      int[] all = all(source);
      ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
      for (int first = 0; first < all.length; first++) {
        try (BlockReader reader = source.read(new int[] {all[first], all[all.length - 1]})) {
          assertReads(reader, slot, all[first]);
        }
      }
      source.read(new int[0]).close();
    }
  }

  @Test
  void fillsTheSlotAndNothingElse() throws IOException {
    try (BlockSource source = open()) {
      int[] all = all(source);
      byte[] array = new byte[Block.SIZE + 200];
      Arrays.fill(array, (byte) 77);
      ByteBuffer slot = ByteBuffer.wrap(array).position(100).limit(100 + Block.SIZE);
      try (BlockReader reader = source.read(all)) {
        for (int index : all) {
          byte[] digest = reader.next(slot);
          assertThat(slot.position()).isEqualTo(100);
          assertThat(slot.limit()).isEqualTo(100 + Block.SIZE);
          assertThat(Arrays.copyOf(array, 100)).containsOnly(77);
          assertThat(Arrays.copyOfRange(array, 100 + Block.SIZE, array.length)).containsOnly(77);
          assertThat(Arrays.copyOfRange(array, 100, 100 + Block.SIZE)).isEqualTo(expected(index));
          assertThat(digest).isEqualTo(sha256(expected(index)));
        }
      }
    }
  }

  @Test
  void readersDoNotDisturbEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (BlockSource source = open()) {
      int[] all = all(source);
      List<Callable<Void>> reads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        reads.add(
            () -> {
              ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
              try (BlockReader reader = source.read(all)) {
                for (int index : all) {
                  assertReads(reader, slot, index);
                }
              }
              return null;
            });
      }
      for (Future<Void> read : threads.invokeAll(reads)) {
        read.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void isUnchangedWhenNobodyWroteToIt() throws IOException {
    try (BlockSource source = open()) {
      int[] all = all(source);
      try (BlockReader reader = source.read(all)) {
        assertReads(reader, ByteBuffer.allocate(Block.SIZE), all[0]);
      }
      source.confirmUnchanged();
      assertThat(source.location()).isNotBlank();
    }
  }

  private void assertReads(BlockReader reader, ByteBuffer slot, int index) throws IOException {
    byte[] digest = reader.next(slot);
    assertThat(slot).as("block %d", index).isEqualTo(ByteBuffer.wrap(expected(index)));
    assertThat(digest).as("digest of block %d", index).isEqualTo(sha256(expected(index)));
  }

  private static int[] all(BlockSource source) throws IOException {
    BlockSet listed = source.listed();
    return listed.slice(0, listed.size());
  }

  private static byte[] sha256(byte[] bytes) {
    return BlockDigest.newSha256().digest(bytes);
  }
}

package amber.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every sink of volumes promises. A new one extends this and says how to look inside it. */
public abstract class BlockSinkContract {

  private static final int SHORT = 512;
  private static final long SIZE_BYTES = 5L * Block.SIZE + SHORT;

  /** The sink of this test. */
  protected abstract BlockSink sink() throws IOException;

  /** All bytes of a committed volume; the test writes no more. */
  protected abstract Optional<byte[]> committed(int number) throws IOException;

  @Test
  void committedVolumeHoldsWhatWasWrittenAndZerosElsewhere() throws IOException {
    byte[] expected = new byte[(int) SIZE_BYTES];
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES)) {
      for (int index : new int[] {3, 0, 5}) {
        write(volume, index, content(index), expected);
      }
      volume.commit();
    }
    assertThat(committed(0).map(bytes -> Arrays.equals(bytes, expected))).hasValue(true);
  }

  @Test
  void zeroBlocksAreWrittenLikeAnyOther() throws IOException {
    byte[] expected = new byte[(int) SIZE_BYTES];
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES)) {
      write(volume, 1, new byte[Block.SIZE], expected);
      write(volume, 2, content(2), expected);
      volume.commit();
    }
    assertThat(committed(0).map(bytes -> Arrays.equals(bytes, expected))).hasValue(true);
  }

  @Test
  void volumeWithoutBlocksHasItsSize() throws IOException {
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES)) {
      volume.commit();
    }
    assertThat(committed(0).map(bytes -> Arrays.equals(bytes, new byte[(int) SIZE_BYTES])))
        .hasValue(true);
  }

  @Test
  void closeWithoutCommitLeavesNothing() throws IOException {
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES)) {
      write(volume, 1, content(1), new byte[(int) SIZE_BYTES]);
    }
    assertThat(committed(0)).isEmpty();
  }

  @Test
  void closeMayBeCalledAgain() throws IOException {
    BlockSink sink = sink();
    PendingVolume discarded = sink.begin(0, SIZE_BYTES);
    discarded.close();
    discarded.close();
    PendingVolume kept = sink.begin(1, SIZE_BYTES);
    kept.commit();
    kept.close();
    kept.close();
    assertThat(committed(1)).isPresent();
  }

  @Test
  void volumesDoNotMix() throws IOException {
    BlockSink sink = sink();
    byte[] expected = new byte[(int) SIZE_BYTES];
    try (PendingVolume one = sink.begin(0, SIZE_BYTES);
        PendingVolume two = sink.begin(1, SIZE_BYTES)) {
      write(two, 1, content(1), expected);
      write(one, 2, content(2), new byte[(int) SIZE_BYTES]);
      assertThat(one.location()).isNotEqualTo(two.location());
      one.commit();
      two.commit();
    }
    assertThat(committed(1).map(bytes -> Arrays.equals(bytes, expected))).hasValue(true);
  }

  @Test
  void manyThreadsMayWriteAtOnce() throws Exception {
    int blocks = 40;
    byte[] expected = new byte[blocks * Block.SIZE];
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (PendingVolume volume = sink().begin(0, (long) blocks * Block.SIZE)) {
      List<Callable<Void>> writes = new ArrayList<>();
      for (int i = 0; i < blocks; i++) {
        int index = i * 7 % blocks;
        writes.add(
            () -> {
              write(volume, index, content(index), expected);
              return null;
            });
      }
      for (Future<Void> write : threads.invokeAll(writes)) {
        write.get();
      }
      volume.commit();
    } finally {
      threads.shutdownNow();
    }
    assertThat(committed(0).map(bytes -> Arrays.equals(bytes, expected))).hasValue(true);
  }

  /** Writes from the middle of a larger direct buffer, as the flows do. */
  private static void write(PendingVolume volume, int index, byte[] content, byte[] expected)
      throws IOException {
    int length = Math.min(Block.SIZE, expected.length - index * Block.SIZE);
    Arrays.fill(content, length, Block.SIZE, (byte) 0);
    System.arraycopy(content, 0, expected, index * Block.SIZE, length);
    ByteBuffer buffer = ByteBuffer.allocateDirect(Block.SIZE + 1000);
    buffer.put(500, content);
    byte[] digest = BlockDigest.newSha256().digest(content);
    volume.write(index, buffer.position(500).limit(500 + Block.SIZE), digest);
  }

  private static byte[] content(int index) {
    byte[] content = new byte[Block.SIZE];
    new Random(index).nextBytes(content);
    return content;
  }
}

package amber.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every source of an archive promises. A new one extends this and says how to make one. */
public abstract class ArchiveSourceContract {

  /** A stored archive of these bytes, opened to be read. */
  protected abstract ArchiveSource open(byte[] content) throws IOException;

  @Test
  void knowsItsSizeAndPlace() throws IOException {
    try (ArchiveSource empty = open(new byte[0])) {
      assertThat(empty.sizeBytes()).isZero();
    }
    try (ArchiveSource source = open(content())) {
      assertThat(source.sizeBytes()).isEqualTo(content().length);
      assertThat(source.location()).isNotBlank();
    }
  }

  @Test
  void readsAnyRangeIntoAnyBuffer() throws IOException {
    byte[] content = content();
    Random random = new Random(1);
    try (ArchiveSource source = open(content)) {
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(content.length);
        int length = random.nextInt(content.length - from + 1);
        ByteBuffer target =
            i % 2 == 0 ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
        source.read(from, target);
        assertThat(target.hasRemaining()).isFalse();
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content, from, length));
      }
    }
  }

  @Test
  void touchesNothingOutsideTheBuffersRemainingBytes() throws IOException {
    try (ArchiveSource source = open(content())) {
      byte[] array = new byte[100];
      Arrays.fill(array, (byte) 1);
      source.read(5, ByteBuffer.wrap(array).position(10).limit(20));
      assertThat(Arrays.copyOf(array, 10)).containsOnly(1);
      assertThat(Arrays.copyOfRange(array, 10, 20)).isEqualTo(Arrays.copyOfRange(content(), 5, 15));
      assertThat(Arrays.copyOfRange(array, 20, 100)).containsOnly(1);
    }
  }

  @Test
  void readingBeyondTheEndFailsAndNamesThePlace() throws IOException {
    try (ArchiveSource source = open(content())) {
      int size = content().length;
      source.read(size - 1, ByteBuffer.allocate(1));
      for (int from : new int[] {size - 1, size, size + 1, 2 * size}) {
        assertThatThrownBy(() -> source.read(from, ByteBuffer.allocate(2)))
            .as("from byte %d of %d", from, size)
            .isInstanceOf(EOFException.class)
            .hasMessageContaining(source.location());
      }
    }
  }

  @Test
  void readingAfterCloseFailsAndNamesThePlace() throws IOException {
    ArchiveSource source = open(content());
    source.close();
    assertThatThrownBy(() -> source.read(0, ByteBuffer.allocate(2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(source.location());
  }

  @Test
  void manyThreadsMayReadAtOnce() throws Exception {
    byte[] content = content();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ArchiveSource source = open(content)) {
      List<Callable<Boolean>> reads = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int from = i * 31 % (content.length - 500);
        reads.add(
            () -> {
              ByteBuffer target = ByteBuffer.allocate(500);
              source.read(from, target);
              return target.flip().equals(ByteBuffer.wrap(content, from, 500));
            });
      }
      for (Future<Boolean> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] content() {
    byte[] content = new byte[20_000];
    new Random(7).nextBytes(content);
    return content;
  }
}

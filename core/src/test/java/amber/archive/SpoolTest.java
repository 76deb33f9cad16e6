package amber.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpoolTest {

  private static final int MEMORY = 256 << 10;

  @Test
  void whatWasAppendedIsReadBackFromMemoryAndFromDisk() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, MEMORY - 1, MEMORY, MEMORY + 1, 5 * MEMORY + 12_345}) {
      byte[] all = new byte[size];
      random.nextBytes(all);
      try (Spool spool = new Spool(MEMORY)) {
        for (int at = 0; at < size; ) {
          int count = Math.min(size - at, 1 + random.nextInt(100_000));
          ByteBuffer some = ByteBuffer.wrap(all, at, count);
          spool.append(some);
          assertThat(some.hasRemaining()).isFalse();
          at += count;
        }
        assertThat(spool.size()).isEqualTo(size);
        assertThat(spool.isOnDisk()).isEqualTo(size > MEMORY);
        for (int i = 0; i < 100; i++) {
          int from = random.nextInt(size + 1);
          int count = random.nextInt(size - from + 1);
          ByteBuffer read = ByteBuffer.allocate(count);
          spool.read(from, read);
          assertThat(read.array()).isEqualTo(Arrays.copyOfRange(all, from, from + count));
        }
        int whole = size / 24 * 24;
        ByteBuffer pieces = ByteBuffer.allocate(whole);
        spool.forEach(
            0,
            whole,
            24,
            piece -> {
              assertThat(piece.remaining() % 24).isZero();
              pieces.put(piece);
            });
        assertThat(pieces.array()).isEqualTo(Arrays.copyOf(all, whole));
      }
    }
  }

  @Test
  void whatWasNeverAppendedIsNotRead() throws IOException {
    try (Spool spool = new Spool(MEMORY)) {
      spool.append(ByteBuffer.allocate(10));
      assertThatThrownBy(() -> spool.read(5, ByteBuffer.allocate(6)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}

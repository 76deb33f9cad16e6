package amber.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {

  @ParameterizedTest
  @CsvSource({
    "512, 1, 512",
    "524288, 1, 524288",
    "524800, 2, 512",
    "1048064, 2, 523776",
    "70368744177664, 134217728, 524288"
  })
  void lastBlockMayBeShort(long volumeBytes, int count, int lastLength) {
    assertThat(Block.count(volumeBytes)).isEqualTo(count);
    assertThat(Block.length(count - 1, volumeBytes)).isEqualTo(lastLength);
    assertThat(Block.offset(count - 1) + lastLength).isEqualTo(volumeBytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 511, 512, Block.SIZE})
  void onlyZerosAreZero(int length) {
    for (ByteBuffer bytes :
        new ByteBuffer[] {ByteBuffer.allocate(length + 2), ByteBuffer.allocateDirect(length + 2)}) {
      bytes.put(0, (byte) 1).put(length + 1, (byte) 1);
      bytes.position(1).limit(length + 1);
      assertThat(Block.isZero(bytes)).isTrue();
      for (int at : new int[] {0, 1, 7, 8, length / 2, length - 1}) {
        if (at >= 0 && at < length) {
          bytes.put(1 + at, (byte) -1);
          assertThat(Block.isZero(bytes)).as("byte %d of %d", at, length).isFalse();
          bytes.put(1 + at, (byte) 0);
        }
      }
      assertThat(bytes.position()).isEqualTo(1);
    }
  }

  @Test
  void digestOfAZeroBlockIsKnown() {
    byte[] zeros = new byte[Block.SIZE];
    byte[] expected = BlockDigest.newSha256().digest(zeros);
    assertThat(BlockDigest.zeroBlock()).isEqualTo(expected);
    BlockDigest digest = new BlockDigest();
    assertThat(digest.of(ByteBuffer.wrap(zeros))).isEqualTo(expected);
    assertThat(BlockDigest.isZeroBlock(expected, 0)).isTrue();
    zeros[Block.SIZE - 1] = 1;
    ByteBuffer block = ByteBuffer.wrap(zeros);
    assertThat(digest.of(block)).isEqualTo(BlockDigest.newSha256().digest(zeros));
    assertThat(block.remaining()).isEqualTo(Block.SIZE);
    assertThat(BlockDigest.isZeroBlock(digest.of(block), 0)).isFalse();
    assertThat(BlockDigest.hex(expected)).startsWith("07854d2f").hasSize(64);
  }

  @Test
  void digestOfLessThanABlockIsABug() {
    assertThatThrownBy(() -> new BlockDigest().of(ByteBuffer.allocate(512)))
        .isInstanceOf(IllegalStateException.class);
  }
}

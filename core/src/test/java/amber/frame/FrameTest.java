package amber.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] plain(int length) {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    Arrays.fill(plain, length / 2, length, (byte) 3);
    return plain;
  }

  private static byte[] encode(byte[] plain, int level) throws IOException {
    try (FrameEncoder encoder = new FrameEncoder(level)) {
      ByteBuffer out = ByteBuffer.allocateDirect(FrameEncoder.bound(plain.length) + 10).position(5);
      ByteBuffer in = direct(plain);
      int size = encoder.encode(in, out);
      assertThat(in.hasRemaining()).isFalse();
      assertThat(out.position()).isEqualTo(5 + size);
      byte[] frame = new byte[size];
      out.get(5, frame);
      return frame;
    }
  }

  private static byte[] decode(byte[] frame, int expected) throws FrameException {
    try (FrameDecoder decoder = new FrameDecoder()) {
      ByteBuffer plain = ByteBuffer.allocateDirect(expected + 10).position(3).limit(3 + expected);
      ByteBuffer stored = direct(frame);
      decoder.decode(stored, plain);
      assertThat(stored.hasRemaining()).isFalse();
      assertThat(plain.hasRemaining()).isFalse();
      byte[] bytes = new byte[expected];
      plain.get(3, bytes);
      return bytes;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 512, 65_791, 65_792, 1 << 20, FrameEncoder.MAX_PLAIN_BYTES})
  void framesComeBackAndEveryDecoderCanReadThem(int length) throws IOException {
    byte[] plain = plain(length);
    byte[] frame = encode(plain, 3);
    assertThat(decode(frame, length)).isEqualTo(plain);
    assertThat(Zstd.decompress(frame, length)).isEqualTo(plain);
    assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(length);
    assertThat(frame[4] & 0x1F).as("checksum, no dictionary").isEqualTo(4);
    assertThat(frame.length).isLessThanOrEqualTo(FrameEncoder.bound(length));
    FrameDecoder.checkKind(direct(frame));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9, FrameEncoder.MAX_LEVEL})
  void everyLevelKeepsTheWindowThatDecodersAccept(int level) throws IOException {
    byte[] plain = plain(FrameEncoder.MAX_PLAIN_BYTES);
    byte[] frame = encode(plain, level);
    FrameDecoder.checkKind(direct(frame));
    assertThat(decode(frame, plain.length)).isEqualTo(plain);
  }

  @Test
  void sameBytesGiveTheSameFrameWhateverWasEncodedBefore() throws IOException {
    byte[] plain = plain(100_000);
    byte[] first = encode(plain, 3);
    try (FrameEncoder encoder = new FrameEncoder(3)) {
      ByteBuffer out = ByteBuffer.allocateDirect(FrameEncoder.bound(1 << 20));
      encoder.encode(direct(plain(1 << 20)), out);
      int size = encoder.encode(direct(plain), out.clear());
      byte[] second = new byte[size];
      out.get(0, second);
      assertThat(second).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, FrameEncoder.MAX_LEVEL + 1})
  void otherLevelsAreRefused(int level) {
    assertThatThrownBy(() -> new FrameEncoder(level)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void missingRoomIsAFailure() throws IOException {
    try (FrameEncoder encoder = new FrameEncoder(3)) {
      assertThatThrownBy(() -> encoder.encode(direct(plain(1000)), ByteBuffer.allocateDirect(100)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("zstd cannot compress");
    }
  }

  private static void assertRefused(String says, UnaryOperator<byte[]> edit, int expected)
      throws IOException {
    byte[] frame = edit.apply(encode(plain(1000), 3));
    assertThatThrownBy(() -> decode(frame, expected))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining(says);
  }

  @Test
  void whatIsNotExactlyTheExpectedFrameIsRefused() throws IOException {
    assertRefused("no zstd frame", frame -> new byte[0], 1000);
    assertRefused("no zstd frame", frame -> new byte[] {0x28, (byte) 0xB5, 0x2F}, 1000);
    assertRefused("no zstd frame", frame -> new byte[100], 1000);
    assertRefused("cut or damaged", frame -> Arrays.copyOf(frame, 4), 1000);
    assertRefused("cut or damaged", frame -> Arrays.copyOf(frame, frame.length - 1), 1000);
    assertRefused("frame takes", frame -> Arrays.copyOf(frame, frame.length + 1), 1000);
    assertRefused("holds 1000 bytes, should be 999", frame -> frame, 999);
    assertRefused("holds 1000 bytes, should be 1001", frame -> frame, 1001);
    assertRefused(
        "does not decompress",
        frame -> {
          frame[frame.length - 1] ^= 1;
          return frame;
        },
        1000);
    assertRefused(
        "does not decompress",
        frame -> {
          frame[frame.length / 2] ^= 1;
          return frame;
        },
        1000);
  }

  @Test
  void plainSizeIsReadWithinALimit() throws IOException {
    ByteBuffer frame = direct(encode(plain(1000), 3));
    assertThat(FrameDecoder.plainBytesAt(frame, 1000)).isEqualTo(1000);
    assertThat(FrameDecoder.lengthAt(frame)).isEqualTo(frame.remaining());
    assertThatThrownBy(() -> FrameDecoder.plainBytesAt(frame, 999))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining("at most 999");
    assertThatThrownBy(() -> FrameDecoder.plainBytesAt(direct(new byte[0]), 999))
        .isInstanceOf(FrameException.class);
  }

  @Test
  void magicNumbersAreThoseOfTheSpecification() throws IOException {
    ByteBuffer frame = direct(encode(plain(10), 3));
    assertThat(Magic.at(frame, 0)).isEqualTo(0xFD2FB528).isEqualTo(Magic.ZSTD);
    assertThat(List.of(Magic.LOCATOR, Magic.PADDING, Magic.SEGMENT, Magic.SEEK_TABLE))
        .allMatch(magic -> (magic & 0xFFFFFFF0) == 0x184D2A50);
  }
}

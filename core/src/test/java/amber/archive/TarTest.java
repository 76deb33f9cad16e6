package amber.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockSet;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.frame.FrameEncoder;
import amber.image.Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tar headers and sparse maps, read from the bytes as POSIX and GNU tar describe them. */
class TarTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final TarHeaders TAR = new TarHeaders(TIME);

  private static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, US_ASCII);
  }

  private static long octal(byte[] header, int from, int length) {
    return Long.parseLong(text(header, from, length).strip(), 8);
  }

  private static void assertHeader(byte[] header, String name, char type) {
    assertThat(text(header, 0, 100)).isEqualTo(name);
    assertThat(octal(header, 100, 8)).as("mode").isEqualTo(0644);
    assertThat(octal(header, 108, 8)).as("uid").isZero();
    assertThat(octal(header, 116, 8)).as("gid").isZero();
    assertThat(octal(header, 136, 12)).as("mtime").isEqualTo(TIME.getEpochSecond());
    assertThat((char) header[156]).isEqualTo(type);
    assertThat(text(header, 257, 6)).isEqualTo("ustar");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    }
    assertThat(octal(header, 148, 8)).as("checksum").isEqualTo(sum);
  }

  @Test
  void fileIsHeaderContentAndPadding() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TAR.writeFile(out, "seal.json", new byte[] {1, 2, 3});
    byte[] bytes = out.toByteArray();
    assertThat(bytes).hasSize(1024);
    assertThat(TarHeaders.memberBytes(3)).isEqualTo(1024);
    assertHeader(Arrays.copyOf(bytes, 512), "seal.json", '0');
    assertThat(octal(bytes, 124, 12)).isEqualTo(3);
    assertThat(Arrays.copyOfRange(bytes, 512, 516)).containsExactly(1, 2, 3, 0);
    assertThat(TarHeaders.memberBytes(512)).isEqualTo(1024);
    assertThat(TarHeaders.memberBytes(0)).isEqualTo(512);
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 077777777777L, 0100000000000L, 1L << 46, (1L << 46) + 512})
  void sizesThatOctalDigitsCannotSayAreBase256AndNoPaxRecord(long size) {
    byte[] headers = TAR.sparseFile("volume-00.raw", 1L << 46, size);
    assertThat(headers).hasSize(3 * 512);
    assertHeader(Arrays.copyOf(headers, 512), "./PaxHeaders/volume-00.raw", 'x');
    int paxBytes = (int) octal(headers, 124, 12);
    String pax = new String(headers, 512, paxBytes, US_ASCII);
    assertThat(pax)
        .isEqualTo(
            """
            22 GNU.sparse.major=1
            22 GNU.sparse.minor=0
            33 GNU.sparse.name=volume-00.raw
            38 GNU.sparse.realsize=70368744177664
            """);
    byte[] file = Arrays.copyOfRange(headers, 1024, 1536);
    assertHeader(file, "./GNUSparseFile.0/volume-00.raw", '0');
    if (size <= 077777777777L) {
      assertThat(octal(file, 124, 12)).isEqualTo(size);
    } else {
      assertThat(file[124] & 0xFF).isEqualTo(0x80);
      byte[] number = Arrays.copyOfRange(file, 125, 136);
      assertThat(new BigInteger(1, number).longValueExact()).isEqualTo(size);
    }
  }

  private record Map(int textBytes, int mapBytes, List<Long> numbers, String countLine) {}

  private static byte[] prolog(long sizeBytes, BlockSet listed) throws IOException {
    VolumeProlog prolog = new VolumeProlog(TAR, new Volume(0, sizeBytes, Optional.empty()), listed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    prolog.writeTo(out);
    assertThat(out.size()).as("as long as it says").isEqualTo((int) prolog.bytes());
    return out.toByteArray();
  }

  private static Map map(byte[] prolog) {
    int at = 1536;
    List<Long> numbers = new ArrayList<>();
    String countLine = line(prolog, at);
    at += countLine.length() + 1;
    for (long left = 2 * Long.parseLong(countLine); left > 0; left--) {
      String line = line(prolog, at);
      numbers.add(Long.parseLong(line));
      at += line.length() + 1;
    }
    for (int i = at; i < prolog.length; i++) {
      assertThat(prolog[i]).as("padding").isZero();
    }
    assertThat(prolog.length % 512).isZero();
    return new Map(at - 1536, prolog.length - 1536, numbers, countLine);
  }

  private static String line(byte[] bytes, int from) {
    int end = from;
    while (bytes[end] != '\n') {
      end++;
    }
    return new String(bytes, from, end - from, US_ASCII);
  }

  @Test
  void mapListsExtentsAndEndsAtTheVolumesEnd() throws IOException {
    long size = 9L * Block.SIZE + 512;
    BlockSet listed = new BlockSet.Builder().add(0, 2).add(4, 1).build();
    Map open = map(prolog(size, listed));
    assertThat(open.numbers())
        .containsExactly(0L, 2L * Block.SIZE, 4L * Block.SIZE, (long) Block.SIZE, size, 0L);
    Map closed = map(prolog(size, GeneratedVolume.blocks(8, 2)));
    assertThat(closed.numbers()).containsExactly(8L * Block.SIZE, Block.SIZE + 512L);
    Map empty = map(prolog(size, GeneratedVolume.blocks(0, 0)));
    assertThat(empty.numbers()).containsExactly(size, 0L);
  }

  @Test
  void mapThatWouldFillItsLastRecordGetsAZeroMore() throws IOException {
    long size = 100_000L * Block.SIZE;
    int exact = 0;
    // Extents take more bytes the farther they are, so that every length occurs sooner or later.
    for (int first = 0; first < 3000; first++) {
      BlockSet.Builder listed = new BlockSet.Builder();
      for (int i = 0; i <= first % 60; i++) {
        listed.add(2 * i + first, 1);
      }
      Map map = map(prolog(size, listed.build()));
      assertThat(map.mapBytes() - map.textBytes()).isBetween(1, 511);
      if (map.countLine().startsWith("0")) {
        exact++;
        assertThat(map.textBytes() % 512).as("one more than whole records").isEqualTo(1);
      }
    }
    assertThat(exact).as("maps that would have been whole records").isPositive();
  }

  @Test
  void mapOfAMillionExtentsComesBackThroughItsFrames() throws IOException {
    BlockSet.Builder builder = new BlockSet.Builder();
    for (int i = 0; i < 1_000_000; i++) {
      builder.add(3 * i, 1);
    }
    Volume volume = new Volume(0, 3_000_000L * Block.SIZE, Optional.empty());
    VolumeProlog prolog = new VolumeProlog(TAR, volume, builder.build());
    assertThat(prolog.memberBytes() - prolog.bytes()).isEqualTo(1_000_000L * Block.SIZE);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    int[] frames = {0};
    try (FrameEncoder encoder = new FrameEncoder(1)) {
      FrameStream stream =
          new FrameStream(
              encoder,
              (frame, plainBytes) -> {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                stored.writeBytes(bytes);
                frames[0]++;
              });
      prolog.writeTo(stream);
      stream.cut();
    }
    assertThat(frames[0])
        .isEqualTo((int) ((prolog.bytes() + (1 << 20) - 1) >> 20))
        .isGreaterThan(9);
    try (SmallFrames small =
        new SmallFrames(
            MemoryStore.source("a", stored.toByteArray()),
            "the headers",
            0,
            stored.size(),
            prolog.bytes(),
            (storedBytes, plainBytes) -> frames[0]--)) {
      small.expect(prolog::writeTo);
    }
    assertThat(frames[0]).isZero();
  }
}

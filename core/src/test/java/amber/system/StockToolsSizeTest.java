package amber.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.PackOptions;
import amber.block.Block;
import amber.block.BlockSet;
import amber.disk.RawDisk;
import amber.store.FileStore;
import amber.system.StockToolsImages.ZeroVolume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sizes at which tar changes its ways: members above 8 GiB, and sparse maps of 100,000 extents.
 *
 * <p>The blocks are zero blocks, so that the archives are small; the tools have to walk through all
 * of them nevertheless. Unpacking every one of them to disk takes minutes and 10 GiB of room: that
 * is done with {@code -Damber.test.full} only.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StockToolsSizeTest {

  private static final long GIB = 1L << 30;
  private static final int RECORD = 512;

  // Records of the pax header, and of the header before it.
  private static final int FILE_HEADER_AT = 2 * RECORD;

  private static final int BIG_FIRST = 10;
  private static final int BIG_BLOCKS = 17_000;
  private static final long BIG_BYTES = 9 * GIB;
  private static final int EXTENTS = 100_100;

  // The marked blocks lie on both sides of 8 GiB, in the volume and in the tar stream.
  private static final ZeroVolume BIG_VOLUME =
      new ZeroVolume(
          BIG_BYTES,
          new BlockSet.Builder().add(BIG_FIRST, BIG_BLOCKS).build(),
          Set.of(BIG_FIRST, 5_000, 16_383, 16_384, 16_393, BIG_FIRST + BIG_BLOCKS - 1));

  @TempDir static Path dir;

  private static Path big;
  private static Path extents;

  @BeforeAll
  static void packZeroBlocks() throws Exception {
    big = pack("big", BIG_VOLUME);
    BlockSet.Builder oddBlocks = new BlockSet.Builder();
    for (int i = 0; i < EXTENTS; i++) {
      oddBlocks.add(2 * i + 1, 1);
    }
    extents = pack("extents", new ZeroVolume(100 * GIB, oddBlocks.build()));
  }

  private static Path pack(String name, ZeroVolume volume) throws Exception {
    Path archive = dir.resolve(name + ".bin");
    StockToolsImages.pack(
        volume, new FileStore(false, false), archive.toString(), PackOptions.DEFAULT);
    return archive;
  }

  @ParameterizedTest
  @CsvSource({"8589933568, 77777777000", "8589934080, base-256"})
  void sizeFieldIsOctalAsLongAsItCanBe(long dataBytes, String expected) throws Exception {
    StockTools.require("zstd");
    BlockSet all = new BlockSet.Builder().add(0, Block.count(dataBytes)).build();
    Path archive = pack("size-" + dataBytes, new ZeroVolume(dataBytes, all));
    // The map is one record: the member has 8 GiB less one record, or exactly 8 GiB.
    byte[] stream =
        StockTools.tryShell("set +eo pipefail; zstd -dcq \"$1\" | head -c 8192", archive).out();
    int at = find(stream, "./GNUSparseFile.0/volume-00.raw");
    byte[] size = Arrays.copyOfRange(stream, at + 124, at + 136);
    byte[] base256 = {(byte) 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0};
    byte[] octal = "77777777000 ".getBytes(US_ASCII);
    assertThat(size).isEqualTo(expected.equals("base-256") ? base256 : octal);
    assertThat(new String(stream, 0, at, US_ASCII)).doesNotContain(" size=");
  }

  @Test
  void noPaxRecordTellsTheSizeOfAMemberAboveEightGibibytes() throws Exception {
    StockTools.require("zstd");
    byte[] stream =
        StockTools.tryShell("set +eo pipefail; zstd -dcq \"$1\" | head -c 8192", big).out();
    int at = find(stream, "./GNUSparseFile.0/volume-00.raw");
    assertThat(stream[at + 124]).as("first byte of the size").isEqualTo((byte) 0x80);
    assertThat(new String(stream, at - FILE_HEADER_AT, FILE_HEADER_AT, US_ASCII))
        .contains("GNU.sparse.realsize=" + BIG_BYTES + "\n")
        .doesNotContain(" size=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar -xf \"$1\" -C \"$2\" seal.json",
        "bsdtar -xf \"$1\" -C \"$2\" seal.json",
        "zstd -dcq \"$1\" | python3 \"$3\" extract \"$2\" seal.json"
      })
  void membersBehindMoreThanEightGibibytesAreFound(String line) throws Exception {
    StockTools.require("tar", "bsdtar", "zstd", "python3");
    Path target = Files.createTempDirectory(dir, "behind");
    StockTools.shell(line, big, target, StockTools.script("untar.py"));
    assertThat(target.resolve("seal.json")).content().contains("\"listedBlocks\" : " + BIG_BLOCKS);
  }

  @Test
  void moreThanEightGibibytesComeOutAsTheyWere() throws Exception {
    StockTools.require("bsdtar");
    Process bsdtar =
        new ProcessBuilder("bsdtar", "-xOf", big.toString(), "volume-00.raw")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream volume = bsdtar.getInputStream()) {
      requireBigVolume(volume);
    } finally {
      bsdtar.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar --zstd -xSf \"$1\" -C \"$2\"",
        "bsdtar -xf \"$1\" -C \"$2\"",
        "zstd -dcq \"$1\" | python3 \"$3\" extract \"$2\""
      })
  void moreThanEightGibibytesAreRestoredWithTheirHoles(String line) throws Exception {
    assumeTrue(System.getProperty("amber.test.full") != null, "only with -Damber.test.full");
    StockTools.require("tar", "bsdtar", "zstd", "python3");
    assumeTrue(
        Files.getFileStore(dir).getUsableSpace() > 10 * GIB,
        "the temporary directory lacks 10 GiB of room");
    Path target = Files.createTempDirectory(dir, "full");
    Path volume = target.resolve("volume-00.raw");
    StockTools.shell(line, big, target, StockTools.script("untar.py"));
    try (InputStream restored = Files.newInputStream(volume)) {
      requireBigVolume(restored);
    }
    long listedBytes = (long) BIG_BLOCKS * Block.SIZE;
    assertThat(StockTools.allocatedBytes(volume))
        .isBetween(listedBytes, listedBytes + 8L * Block.SIZE);
    Files.delete(volume);
  }

  @Test
  void pythonReadsEveryExtentOfALargeMap() throws Exception {
    StockTools.require("zstd", "python3");
    StringBuilder expected = new StringBuilder("volume-00.raw ").append(100 * GIB).append('\n');
    for (int i = 0; i < EXTENTS; i++) {
      expected.append(Block.offset(2 * i + 1)).append(' ').append(Block.SIZE).append('\n');
    }
    expected.append(100 * GIB).append(" 0\n");
    String map =
        StockTools.tryShell(
                "set +eo pipefail; zstd -dcq \"$1\" | python3 \"$2\" map",
                extents,
                StockTools.script("untar.py"))
            .text();
    assertThat(map.equals(expected.toString())).as("map read by Python is the one listed").isTrue();
  }

  @Test
  void bsdtarFindsTheMembersBehindALargeMap() throws Exception {
    StockTools.require("bsdtar");
    StockTools.Result seal = StockTools.run("bsdtar", "-xOf", extents.toString(), "seal.json");
    assertThat(seal.text()).contains("\"listedBlocks\" : " + EXTENTS);
  }

  @Test
  void gnuTarPutsTheExtentsOfALargeMapWhereTheyBelong() throws Exception {
    StockTools.require("tar", "zstd");
    // 50 GiB are too many to write: the stream is cut, and what came out by then must be in place.
    Path target = Files.createTempDirectory(dir, "cut");
    StockTools.Result result =
        StockTools.tryShell(
            "set +eo pipefail; zstd -dcq \"$1\" | head -c 100000000 | tar -xf - -C \"$2\"",
            extents,
            target);
    Path volume = target.resolve("volume-00.raw");
    assertThat(volume).as("what tar makes of a cut stream: %s", result.err()).exists();
    try (RawDisk restored = RawDisk.open(volume)) {
      BlockSet found = restored.listed();
      assertThat(found.extentCount()).isGreaterThan(150);
      found.forEachExtent(
          (first, count) -> {
            assertThat(first % 2).as("block %d", first).isEqualTo(1);
            assertThat(count).as("blocks from %d", first).isEqualTo(1);
          });
    }
  }

  private static void requireBigVolume(InputStream volume) throws IOException {
    byte[] block = new byte[Block.SIZE];
    byte[] zeros = new byte[Block.SIZE];
    for (int index = 0; index < Block.count(BIG_BYTES); index++) {
      int length = volume.readNBytes(block, 0, Block.SIZE);
      byte[] expected = BIG_VOLUME.isMarked(index) ? BIG_VOLUME.block(index) : zeros;
      if (length != Block.SIZE || !Arrays.equals(block, expected)) {
        throw new AssertionError("block %d (%d bytes) differs".formatted(index, length));
      }
    }
    assertThat(volume.read()).as("end of the volume").isEqualTo(-1);
  }

  private static int find(byte[] stream, String name) {
    byte[] wanted = name.getBytes(US_ASCII);
    for (int at = 0; at + wanted.length < stream.length; at += RECORD) {
      if (Arrays.equals(stream, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError(name + " is not in the stream");
  }
}

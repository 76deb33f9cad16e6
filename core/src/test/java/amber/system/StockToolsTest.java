package amber.system;

import static amber.system.StockToolsImages.every;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import amber.archive.ArchiveReader;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import amber.image.Manifest;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the tools of an ordinary system make of an archive. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StockToolsTest {

  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;

  // A volume's blocks here, but for those whose size is odd.
  private static final int BLOCKS = 64;

  @TempDir static Path dir;

  private static Path image;
  private static Path archive;

  /** A tool that unpacks archives, and how it is called. */
  enum Tool {
    GNU_TAR_SPARSE("tar --zstd -xSf \"$1\" -C \"$2\"", "tar"),
    GNU_TAR_PLAIN("tar -xf \"$1\" -C \"$2\"", "tar"),
    BSDTAR("bsdtar -xf \"$1\" -C \"$2\"", "bsdtar"),
    PYTHON_PIPE("zstd -dcq \"$1\" | python3 \"$3\" extract \"$2\"", "python3");

    private final String line;
    private final String program;

    Tool(String line, String program) {
      this.line = line;
      this.program = program;
    }

    void unpack(Path archive, Path target) throws Exception {
      StockTools.require("zstd", program);
      Files.createDirectories(target);
      StockTools.shell(line, archive, target, StockTools.script("untar.py"));
    }
  }

  @BeforeAll
  static void packAnImage() throws Exception {
    long even = BLOCKS * (long) Block.SIZE;
    long odd = 9L * Block.SIZE + 7 * SECTOR;
    MapThatFillsItsRecord filled = MapThatFillsItsRecord.find();
    image =
        new DirectoryBuilder(dir.resolve("image"))
            .volume(even, Fill.TEXT, List.of(0, 1, 2, 30))
            .volume(even, Fill.TEXT, List.of(5, 6, 40, BLOCKS - 1))
            .volume(even, Fill.TEXT, List.of(0, 17, BLOCKS - 1))
            .volume(even, Fill.TEXT, List.of(20, 21))
            .volume(3 * even, Fill.ZEROS, List.of())
            .volume(even, Fill.ZEROS, every(1, 0, BLOCKS))
            .volume(2 * even + SECTOR, Fill.RANDOM, every(1, 0, 2 * BLOCKS + 1))
            .volume(odd, Fill.TEXT, List.of(1, 2, 9))
            .volume(odd, Fill.TEXT, List.of(0, 3))
            .volume(filled.sizeBytes(), Fill.TEXT, filled.blocks())
            .volume(SECTOR, Fill.RANDOM, List.of(0))
            .volume(2 * even, Fill.RANDOM, every(2, 1, BLOCKS))
            .build();
    archive = dir.resolve("image.bin");
    StockToolsImages.pack(image, archive, PackOptions.DEFAULT);
    StockToolsImages.verify(archive);
  }

  @ParameterizedTest
  @EnumSource(Tool.class)
  void everyVolumeIsRestoredWithItsHoles(Tool tool) throws Exception {
    Path target = dir.resolve("out-" + tool);
    tool.unpack(archive, target);
    SoftAssertions softly = new SoftAssertions();
    softly
        .assertThat(target.resolve(Manifest.FILE))
        .as("manifest")
        .hasSameBinaryContentAs(image.resolve(Manifest.FILE));
    try (ImageDirectory packed = ImageDirectory.open(image)) {
      for (RawDisk disk : packed.volumes()) {
        Path original = Path.of(disk.location());
        Path restored = target.resolve(original.getFileName());
        String name = original.getFileName().toString();
        softly.assertThat(Files.size(restored)).as(name + " size").isEqualTo(disk.sizeBytes());
        softly.assertThat(Files.mismatch(original, restored)).as(name + " content").isEqualTo(-1);
        // A file system's own bookkeeping may count, a block that was a hole may not.
        long listedBytes = (long) disk.listed().size() * Block.SIZE;
        softly
            .assertThat(StockTools.allocatedBytes(restored))
            .as(name + " allocated")
            .isLessThan(listedBytes + Block.SIZE);
        try (RawDisk holes = RawDisk.open(restored)) {
          softly.assertThat(holes.listed()).as(name + " blocks").isEqualTo(disk.listed());
        }
      }
    }
    try (Stream<Path> files = Files.list(target)) {
      softly
          .assertThat(files.map(file -> file.getFileName().toString()))
          .as("members")
          .hasSize(12 + 3)
          .contains("manifest.json", "index.bin", "seal.json");
    }
    softly.assertAll();
  }

  @Test
  void ourUnpackAgreesWithTheOriginal() throws Exception {
    Path target = dir.resolve("out-amber");
    StockToolsImages.unpack(archive, target);
    try (ImageDirectory packed = ImageDirectory.open(image)) {
      for (RawDisk disk : packed.volumes()) {
        Path restored = target.resolve(Path.of(disk.location()).getFileName());
        assertThat(Files.mismatch(Path.of(disk.location()), restored)).isEqualTo(-1);
        try (RawDisk holes = RawDisk.open(restored)) {
          assertThat(holes.listed()).isEqualTo(disk.listed());
        }
      }
    }
  }

  @Test
  void zstdFindsEveryFrameSoundAndCountsThem() throws Exception {
    StockTools.require("zstd");
    StockTools.run("zstd", "-tq", archive.toString());
    String[] lines = StockTools.run("zstd", "-lq", archive.toString()).text().split("\n", -1);
    List<String> row =
        Stream.of(lines).filter(line -> line.contains("image.bin")).findFirst().stream()
            .flatMap(line -> Stream.of(line.strip().split(" +", -1)))
            .toList();
    try (ArchiveSource source = FileStore.open(archive)) {
      ArchiveReader reader = ArchiveReader.open(source);
      // One frame each for the manifest, every volume's headers, the index, the seal and the end.
      long frames = reader.index().frameCount() + reader.index().volumes().size() + 4;
      // Besides the segments' headers: the locator and the seek table.
      long skippable = reader.index().segmentCount() + 2L;
      assertThat(row.subList(0, 2))
          .as("all frames, and the skippable ones among them, in: %s", row)
          .containsExactly(Long.toString(frames + skippable), Long.toString(skippable));
    }
  }

  @Test
  void firstFourKibibytesAreEnoughToReadTheManifest() throws Exception {
    StockTools.require("zstd", "tar");
    StockTools.Result result =
        StockTools.tryShell(
            "set +o pipefail;"
                + " head -c 4096 \"$1\" | zstd -dcq | tar -xO --occurrence=1 manifest.json",
            archive);
    assertThat(result.out()).isEqualTo(Files.readAllBytes(image.resolve(Manifest.FILE)));
  }

  @Test
  void fileBeginsWithTheMagicNumberOfZstd() throws Exception {
    try (InputStream in = Files.newInputStream(archive)) {
      assertThat(in.readNBytes(4)).containsExactly(0x28, 0xB5, 0x2F, 0xFD);
    }
  }

  @Test
  void commonsCompressReadsManifestIndexAndSeal() throws Exception {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new ZstdCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isSparse()) {
          files.put(entry.getName(), tar.readAllBytes());
        }
      }
    }
    assertThat(files).containsOnlyKeys("manifest.json", "index.bin", "seal.json");
    assertThat(files.get("manifest.json"))
        .isEqualTo(Files.readAllBytes(image.resolve(Manifest.FILE)));
    String indexHash = BlockDigest.hex(BlockDigest.newSha256().digest(files.get("index.bin")));
    assertThat(new String(files.get("seal.json"), UTF_8)).contains(indexHash);
  }

  @Test
  void seekTableLeadsReadersOfTheOfficialFormatToAnyByte() throws Exception {
    StockTools.require("zstd", "python3");
    Path tar = dir.resolve("seek.tar");
    StockTools.shell("zstd -dcq \"$1\" > \"$2\"", archive, tar);
    byte[] stream = Files.readAllBytes(tar);
    Random random = new Random(20260102);
    StringBuilder ranges = new StringBuilder("0:1 ").append(stream.length - 1).append(":1");
    byte[] expected = {stream[0], stream[stream.length - 1]};
    for (int i = 0; i < 24; i++) {
      int length = 1 + random.nextInt(i < 20 ? 3000 : 9_000_000);
      int offset = random.nextInt(stream.length - length);
      ranges.append(' ').append(offset).append(':').append(length);
      int at = expected.length;
      expected = Arrays.copyOf(expected, at + length);
      System.arraycopy(stream, offset, expected, at, length);
    }
    byte[] read =
        StockTools.shell(
                "python3 \"$1\" \"$2\" $3", StockTools.script("seek_table.py"), archive, ranges)
            .out();
    assertThat(Arrays.mismatch(read, expected)).as("first difference in %s", ranges).isEqualTo(-1);
  }

  @Test
  void mapThatWouldFillItsLastRecordGetsOneMoreZero() throws Exception {
    StockTools.require("zstd");
    MapThatFillsItsRecord filled = MapThatFillsItsRecord.find();
    byte[] stream = StockTools.shell("zstd -dcq \"$1\"", archive).out();
    byte[] text = ("0" + filled.text()).getBytes(US_ASCII);
    assertThat(filled.text().length() % SECTOR).isZero();
    int header = indexOf(stream, "./GNUSparseFile.0/volume-09.raw".getBytes(US_ASCII));
    int from = header + SECTOR;
    assertThat(Arrays.copyOfRange(stream, from, from + text.length)).isEqualTo(text);
  }

  private static int indexOf(byte[] all, byte[] wanted) {
    return IntStream.iterate(0, at -> at + SECTOR)
        .limit(all.length / SECTOR)
        .filter(at -> Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length))
        .findFirst()
        .orElseThrow();
  }

  /**
   * A volume whose sparse map is, before it is padded, a whole number of records long.
   *
   * @param text the map as GNU tar documents it
   */
  private record MapThatFillsItsRecord(long sizeBytes, List<Integer> blocks, String text) {

    /** Tries more and more extents, of which the first ones are two blocks long. */
    static MapThatFillsItsRecord find() {
      for (int extents = 20; extents < 300; extents++) {
        for (int longer = 0; longer <= extents; longer++) {
          MapThatFillsItsRecord candidate = of(extents, longer);
          if (candidate.text().length() % SECTOR == 0) {
            return candidate;
          }
        }
      }
      throw new IllegalStateException("no map of whole records found");
    }

    private static MapThatFillsItsRecord of(int extents, int longer) {
      long sizeBytes = 4L * extents * Block.SIZE + MIB;
      List<Integer> blocks = new ArrayList<>();
      StringBuilder text = new StringBuilder().append(extents + 1).append('\n');
      for (int i = 0; i < extents; i++) {
        int first = 4 * i;
        int count = i < longer ? 2 : 1;
        IntStream.range(first, first + count).forEach(blocks::add);
        text.append(Block.offset(first)).append('\n');
        text.append((long) count * Block.SIZE).append('\n');
      }
      text.append(sizeBytes).append("\n0\n");
      return new MapThatFillsItsRecord(sizeBytes, blocks, text.toString());
    }
  }
}

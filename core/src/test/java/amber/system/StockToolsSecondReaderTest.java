package amber.system;

import static amber.system.StockToolsImages.every;
import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import amber.archive.ArchiveReader;
import amber.archive.Geometry;
import amber.block.Block;
import amber.disk.RawDisk;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The format as a second program reads it: src/test/resources/second_reader.py. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StockToolsSecondReaderTest {

  private static final int VOLUMES = 5;

  @TempDir Path dir;

  private Path archive;

  @BeforeEach
  void packAnImage() throws Exception {
    StockTools.require("python3", "zstd");
    long even = 40L * Block.SIZE;
    Path image =
        new DirectoryBuilder(dir.resolve("image"))
            .volume(even, Fill.TEXT, List.of(0, 1, 2, 17, 39))
            .volume(even, Fill.RANDOM, every(2, 1, 20))
            .volume(even, Fill.ZEROS, List.of())
            .volume(even, Fill.ZEROS, every(1, 3, 30))
            .volume(3L * Block.SIZE + Volume.SECTOR, Fill.RANDOM, List.of(0, 3))
            .build();
    archive = dir.resolve("image.bin");
    // Small segments, so that volumes have several.
    StockToolsImages.pack(image, archive, new PackOptions(3, 2, new Geometry(4, 8)));
  }

  @Test
  void itRestoresWhatUnpackRestores() throws Exception {
    Path theirs = Files.createDirectory(dir.resolve("theirs"));
    Path ours = dir.resolve("ours");
    read(archive, theirs).requireSuccess();
    StockToolsImages.unpack(archive, ours);
    assertThat(theirs.resolve(Manifest.FILE)).hasSameBinaryContentAs(ours.resolve(Manifest.FILE));
    for (int number = 0; number < VOLUMES; number++) {
      Path our = ours.resolve(Volume.fileName(number));
      Path their = theirs.resolve(Volume.fileName(number));
      assertThat(Files.mismatch(our, their)).as("volume %d", number).isEqualTo(-1);
      assertThat(Files.mismatch(our, dir.resolve("image").resolve(our.getFileName())))
          .as("volume %d as it was packed", number)
          .isEqualTo(-1);
      try (RawDisk one = RawDisk.open(our);
          RawDisk other = RawDisk.open(their)) {
        assertThat(one.listed()).as("blocks of volume %d", number).isEqualTo(other.listed());
      }
    }
  }

  @Test
  void itRefusesABlockThatWasChanged() throws Exception {
    long lastSegment;
    try (ArchiveSource source = FileStore.open(archive)) {
      ArchiveReader reader = ArchiveReader.open(source);
      lastSegment = reader.index().segment(reader.index().segmentCount() - 1).offset();
    }
    byte[] bytes = Files.readAllBytes(archive);
    // Well inside the last segment's only data frame, which holds incompressible bytes.
    bytes[Math.toIntExact(lastSegment) + 200_000] ^= 1;
    Path damaged = Files.write(dir.resolve("damaged.bin"), bytes);
    Path target = Files.createDirectory(dir.resolve("damaged"));
    StockTools.Result result = read(damaged, target);
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("CRC-32C of its frames");
  }

  private static StockTools.Result read(Path archive, Path target) throws Exception {
    return StockTools.tryShell(
        "python3 \"$1\" \"$2\" \"$3\"", StockTools.script("second_reader.py"), archive, target);
  }
}

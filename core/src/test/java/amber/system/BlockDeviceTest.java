package amber.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.PackOptions;
import amber.block.Block;
import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import amber.image.Volume;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A block device as a volume: what is attached with losetup. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BlockDeviceTest {

  private static final int BLOCKS = 90;
  private static final long SIZE = (BLOCKS - 1L) * Block.SIZE + 3L * Volume.SECTOR;

  @TempDir Path dir;

  private Path file;
  private Path device;

  @BeforeEach
  void attach() throws Exception {
    StockTools.requireRoot();
    StockTools.require("losetup");
    Path image =
        new DirectoryBuilder(dir.resolve("image"))
            .volume(SIZE, Fill.TEXT, List.of(0, 1, 40, BLOCKS - 1))
            .build();
    file = image.resolve(Volume.fileName(0));
    StockTools.Result result =
        StockTools.tryShell("losetup --read-only --find --show \"$1\"", file);
    assumeTrue(result.exit() == 0, "this system attaches no loop device: " + result.err());
    device = Path.of(result.text().strip());
    assumeTrue(Files.isReadable(device), "the loop device cannot be read here");
  }

  @AfterEach
  void detach() throws Exception {
    if (device != null) {
      StockTools.run("losetup", "--detach", device.toString());
    }
  }

  @Test
  void sizeIsThatOfTheDevice() throws Exception {
    try (RawDisk disk = RawDisk.open(device)) {
      assertThat(disk.sizeBytes()).isEqualTo(SIZE);
    }
  }

  @Test
  void everyBlockIsListedAndTheDiskSaysSo() throws Exception {
    try (RawDisk disk = RawDisk.open(device)) {
      assertThat(disk.listed().size()).isEqualTo(BLOCKS);
      assertThat(disk.holesUnknown()).isTrue();
    }
  }

  @Test
  void contentComesBackAsItIsOnTheDevice() throws Exception {
    Path archive = dir.resolve("device.bin");
    try (ImageDirectory image = ImageDirectory.ofDisk(device)) {
      StockToolsImages.pack(image, archive, PackOptions.DEFAULT);
    }
    StockToolsImages.verify(archive);
    StockToolsImages.unpack(archive, dir.resolve("out"));
    assertThat(Files.mismatch(file, dir.resolve("out").resolve(Volume.fileName(0)))).isEqualTo(-1);
  }
}

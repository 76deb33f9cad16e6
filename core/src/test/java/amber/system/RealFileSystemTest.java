package amber.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.PackOptions;
import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSet;
import amber.disk.RawDisk;
import amber.image.Manifest;
import amber.image.Volume;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A root file system as a machine has it: ext4, made from this machine's own files. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RealFileSystemTest {

  private static final long GIB = 1L << 30;
  private static final long DISK_BYTES = 2 * GIB;
  private static final long FILE_BYTES = GIB + (GIB >> 4);

  // The files, the disk, the archive twice, and the unpacked disk.
  private static final long ROOM = 5 * GIB;

  private static final PackOptions OPTIONS = new PackOptions(1, 2, Geometry.DEFAULT);

  @TempDir Path dir;

  @Test
  void ext4RootComesBackBitForBit() throws Exception {
    StockTools.require("mkfs.ext4", "e2fsck", "stat");
    assumeTrue(
        Files.getFileStore(dir).getUsableSpace() > ROOM,
        "the temporary directory lacks 5 GiB of room");
    Path image = makeImage();
    Path disk = image.resolve(Volume.fileName(0));

    // Asked before anything is read: mkfs.ext4 reserves space that it never writes, which is a hole
    // for Linux only until it is in the page cache, and reading ahead brings it there.
    BlockSet before = listed(disk);
    assertThat(before.size()).isGreaterThanOrEqualTo((int) (GIB / Block.SIZE));

    Path archive = dir.resolve("root.bin");
    StockToolsImages.pack(image, archive, OPTIONS);
    StockToolsImages.verify(archive);
    Path unpacked = dir.resolve("unpacked");
    StockToolsImages.unpack(archive, unpacked);

    Path restored = unpacked.resolve(Volume.fileName(0));
    assertThat(listed(restored)).as("listed blocks").isEqualTo(before);
    assertThat(StockTools.allocatedBytes(restored))
        .as("allocated bytes")
        .isLessThan((before.size() + 16L) * Block.SIZE);
    assertThat(Files.mismatch(disk, restored)).as("first byte that differs").isEqualTo(-1);
    StockTools.run("e2fsck", "-fn", restored.toString());

    Path again = dir.resolve("again.bin");
    StockToolsImages.pack(unpacked, again, OPTIONS);
    assertThat(Files.mismatch(archive, again)).as("archive packed again").isEqualTo(-1);
  }

  private Path makeImage() throws Exception {
    Path files = dir.resolve("files");
    for (int pass = 0; bytesBelow(files) < FILE_BYTES; pass++) {
      long before = bytesBelow(files);
      copy(Path.of("/usr"), files.resolve("pass-" + pass), FILE_BYTES - before);
      assumeTrue(bytesBelow(files) > before, "this machine has no files below /usr to copy");
    }
    Path image = Files.createDirectory(dir.resolve("image"));
    Path disk = image.resolve(Volume.fileName(0));
    try (RandomAccessFile empty = new RandomAccessFile(disk.toFile(), "rw")) {
      empty.setLength(DISK_BYTES);
    }
    StockTools.run(
        "mkfs.ext4", "-q", "-F", "-E", "nodiscard", "-d", files.toString(), disk.toString());
    Volume volume = new Volume(0, DISK_BYTES, Optional.of("/dev/xvda"));
    Files.write(
        image.resolve(Manifest.FILE), Manifest.write(StockToolsImages.image(List.of(volume))));
    try (RawDisk opened = RawDisk.open(disk)) {
      opened.listed();
      assumeTrue(!opened.holesUnknown(), "this file system tells no holes");
    }
    return image;
  }

  private static BlockSet listed(Path file) throws IOException {
    try (RawDisk disk = RawDisk.open(file)) {
      return disk.listed();
    }
  }

  /** Copies regular files in the order of their names until there are that many bytes. */
  private static void copy(Path from, Path to, long limit) throws IOException {
    long left = limit;
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : (Iterable<Path>) walk.sorted()::iterator) {
        if (left <= 0) {
          return;
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(file)) {
          Path copy = to.resolve(from.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
          left -= Files.size(copy);
        }
      }
    }
  }

  private static long bytesBelow(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }
}

package amber.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A FAT12, FAT16 or FAT32 file system, as far as it takes to find loaders: directories by short
 * names, and the beginnings of files. Nothing on it is believed: every place is looked up on the
 * disk, and a chain of clusters is followed only so far as a directory can be long.
 *
 * <p>The layout is that of Microsoft's "FAT32 File System Specification" of 2000, which the UEFI
 * specification refers to. There is no library here, because those that could be found are made for
 * Android, or have not been kept for many years, and trust the disk.
 */
final class FatVolume {

  /** The specification allows no more entries than that in a directory. */
  private static final int MAX_DIRECTORY = 65_536 * 32;

  private static final int SECTOR = 512;
  private static final int MAX_SECTOR = 4096;
  private static final int MAX_CLUSTER = 128;
  private static final int ENTRY_BYTES = 32;
  private static final int FAT12_CLUSTERS = 4085;
  private static final int FAT16_CLUSTERS = 65_525;

  private static final int END_OF_DIRECTORY = 0x00;
  private static final int DELETED = 0xE5;
  private static final int ATTRIBUTE_VOLUME = 0x08;
  private static final int ATTRIBUTE_DIRECTORY = 0x10;

  private final DiskBytes disk;
  private final long start;
  private final int clusterBytes;
  private final long fat;
  private final long root;
  private final int rootBytes;
  private final long data;
  private final long clusters;
  private final int bits;
  private final long rootCluster;

  /**
   * A file or a directory.
   *
   * @param name such as {@code BOOTX64.EFI}
   * @param cluster its first one
   */
  record Entry(String name, boolean isDirectory, long cluster, long sizeBytes) {}

  private FatVolume(DiskBytes disk, long start, ByteBuffer boot) throws IOException {
    this.disk = disk;
    this.start = start;
    int sector = DiskBytes.u16(boot, 11);
    int perCluster = Byte.toUnsignedInt(boot.get(13));
    int reserved = DiskBytes.u16(boot, 14);
    int fats = Byte.toUnsignedInt(boot.get(16));
    rootBytes = DiskBytes.u16(boot, 17) * ENTRY_BYTES;
    long sectors = DiskBytes.u16(boot, 19) != 0 ? DiskBytes.u16(boot, 19) : DiskBytes.u32(boot, 32);
    boolean large = DiskBytes.u16(boot, 22) == 0;
    long fatSectors = large ? DiskBytes.u32(boot, 36) : DiskBytes.u16(boot, 22);
    require(
        sector >= SECTOR && sector <= MAX_SECTOR && Integer.bitCount(sector) == 1,
        "sectors of %d bytes",
        sector);
    require(
        Integer.bitCount(perCluster) == 1 && perCluster <= MAX_CLUSTER,
        "clusters of %d sectors",
        perCluster);
    require(reserved > 0 && fats > 0 && fatSectors > 0, "no room for its table");
    clusterBytes = sector * perCluster;
    fat = (long) reserved * sector;
    root = fat + fats * fatSectors * sector;
    data = root + (rootBytes + sector - 1L) / sector * sector;
    require(data < sectors * sector, "%d sectors, its tables take more", sectors);
    clusters = (sectors * sector - data) / clusterBytes;
    bits = large ? 32 : clusters < FAT12_CLUSTERS ? 12 : 16;
    require(bits != 16 || clusters < FAT16_CLUSTERS, "%d clusters, too many for FAT16", clusters);
    rootCluster = large ? DiskBytes.u32(boot, 44) : 0;
  }

  /**
   * Opens the file system that begins at a byte of a disk; nothing if none does.
   *
   * @throws StrangeLayoutException if it looks like one and cannot be
   */
  static Optional<FatVolume> open(DiskBytes disk, long start) throws IOException {
    ByteBuffer boot = disk.piece(start, SECTOR);
    int jump = Byte.toUnsignedInt(boot.get(0));
    boolean looksSo = (jump == 0xEB || jump == 0xE9) && DiskBytes.u16(boot, 510) == 0xAA55;
    return looksSo && DiskBytes.u16(boot, 11) != 0
        ? Optional.of(new FatVolume(disk, start, boot))
        : Optional.empty();
  }

  /** Finds a file or a directory by its path from the root. */
  Optional<Entry> find(String... path) throws IOException {
    List<Entry> entries = root();
    for (int depth = 0; ; depth++) {
      String name = path[depth];
      Optional<Entry> found =
          entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
      if (found.isEmpty() || depth == path.length - 1) {
        return found;
      }
      if (!found.get().isDirectory()) {
        return Optional.empty();
      }
      entries = list(found.get());
    }
  }

  private List<Entry> root() throws IOException {
    if (bits == 32) {
      return chain(rootCluster);
    }
    List<Entry> entries = new ArrayList<>();
    take(disk.piece(start + root, rootBytes), entries);
    return entries;
  }

  /** What a directory holds. */
  List<Entry> list(Entry directory) throws IOException {
    return chain(directory.cluster());
  }

  private List<Entry> chain(long first) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long cluster = first;
    for (int bytes = 0; isCluster(cluster); bytes += clusterBytes) {
      // A chain that is a loop ends here, too.
      require(bytes < MAX_DIRECTORY, "a directory of more than %d bytes", MAX_DIRECTORY);
      if (!take(disk.piece(position(cluster), clusterBytes), entries)) {
        break;
      }
      cluster = next(cluster);
    }
    return entries;
  }

  /** Takes entries until their end, and says whether it did not come. */
  private static boolean take(ByteBuffer directory, List<Entry> entries) {
    for (int at = 0; at + ENTRY_BYTES <= directory.limit(); at += ENTRY_BYTES) {
      int first = Byte.toUnsignedInt(directory.get(at));
      if (first == END_OF_DIRECTORY) {
        return false;
      }
      int attributes = directory.get(at + 11);
      // Pieces of long names are marked as volumes, too.
      if (first != DELETED && (attributes & ATTRIBUTE_VOLUME) == 0) {
        long cluster =
            (long) DiskBytes.u16(directory, at + 20) << 16 | DiskBytes.u16(directory, at + 26);
        entries.add(
            new Entry(
                name(directory, at),
                (attributes & ATTRIBUTE_DIRECTORY) != 0,
                cluster,
                DiskBytes.u32(directory, at + 28)));
      }
    }
    return true;
  }

  private static String name(ByteBuffer directory, int at) {
    byte[] all = new byte[11];
    directory.get(at, all);
    String text = new String(all, StandardCharsets.ISO_8859_1);
    String stem = text.substring(0, 8).stripTrailing();
    String ending = text.substring(8).stripTrailing();
    return ending.isEmpty() ? stem : stem + "." + ending;
  }

  /**
   * A piece of a file.
   *
   * @param offset from the file's beginning, at most a MiB
   * @throws StrangeLayoutException if the file does not reach so far
   */
  ByteBuffer read(Entry file, long offset, int length) throws IOException {
    require(
        offset >= 0 && offset + length <= file.sizeBytes(),
        "%s ends before its byte %d",
        file.name(),
        offset + length);
    ByteBuffer piece = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long cluster = file.cluster();
    for (long skipped = 0; skipped < offset / clusterBytes; skipped++) {
      cluster = next(cluster);
    }
    int at = (int) (offset % clusterBytes);
    while (piece.hasRemaining()) {
      int count = Math.min(piece.remaining(), clusterBytes - at);
      piece.put(disk.piece(position(cluster) + at, count));
      if (piece.hasRemaining()) {
        cluster = next(cluster);
      }
      at = 0;
    }
    return piece.flip();
  }

  private boolean isCluster(long cluster) {
    return cluster >= 2 && cluster - 2 < clusters;
  }

  private long position(long cluster) throws IOException {
    require(isCluster(cluster), "cluster %d of %d", cluster, clusters);
    return start + data + (cluster - 2) * clusterBytes;
  }

  private long next(long cluster) throws IOException {
    require(isCluster(cluster), "cluster %d of %d", cluster, clusters);
    long table = start + fat;
    return switch (bits) {
      case 12 -> {
        int both = DiskBytes.u16(disk.piece(table + cluster * 3 / 2, 2), 0);
        yield cluster % 2 == 0 ? both & 0xFFF : both >> 4;
      }
      case 16 -> DiskBytes.u16(disk.piece(table + cluster * 2, 2), 0);
      default -> DiskBytes.u32(disk.piece(table + cluster * 4, 4), 0) & 0x0FFF_FFFF;
    };
  }

  private static void require(boolean holds, String problem, Object... values)
      throws StrangeLayoutException {
    if (!holds) {
      throw new StrangeLayoutException(problem.formatted(values));
    }
  }
}

package amber.disk;

import amber.disk.DiskPartition.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A GUID partition table (UEFI specification, section 5.3), the one at the disk's beginning or, if
 * that is damaged, the one at its end.
 *
 * @param partitions those in use
 */
record GuidPartitionTable(List<DiskPartition> partitions) {

  private static final String SIGNATURE = "EFI PART";
  private static final int[] SECTORS = {512, 4096};
  private static final int MIN_HEADER = 92;
  private static final int MAX_HEADER = 512;
  private static final int CRC_AT = 16;
  private static final int MIN_ENTRY = 128;
  private static final int MAX_TABLE = 1 << 20;
  private static final UUID UNUSED = new UUID(0, 0);
  private static final UUID EFI_SYSTEM = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
  private static final UUID BIOS_BOOT = UUID.fromString("21686148-6449-6e6f-744e-656564454649");
  private static final long STARTABLE = 1L << 2;

  /**
   * Reads it; nothing if there is none.
   *
   * @throws StrangeLayoutException if there is one and neither of its two copies is whole
   */
  static Optional<GuidPartitionTable> read(DiskBytes disk) throws IOException {
    StrangeLayoutException damage = null;
    for (int sector : SECTORS) {
      long last = disk.sizeBytes() / sector * sector - sector;
      for (long position : new long[] {sector, last}) {
        try {
          Optional<GuidPartitionTable> table = read(disk, position, sector);
          if (table.isPresent()) {
            return table;
          }
        } catch (StrangeLayoutException e) {
          damage = damage == null ? e : damage;
        }
      }
    }
    if (damage != null) {
      throw damage;
    }
    return Optional.empty();
  }

  private static Optional<GuidPartitionTable> read(DiskBytes disk, long position, int sector)
      throws IOException {
    if (position < sector || position + sector > disk.sizeBytes()) {
      return Optional.empty();
    }
    ByteBuffer header = disk.piece(position, MAX_HEADER);
    if (!DiskBytes.hasText(header, 0, SIGNATURE)) {
      return Optional.empty();
    }
    long headerBytes = DiskBytes.u32(header, 12);
    require(
        headerBytes >= MIN_HEADER && headerBytes <= MAX_HEADER,
        "its header says that it has %d bytes",
        headerBytes);
    long crc = DiskBytes.u32(header, CRC_AT);
    header.putInt(CRC_AT, 0);
    require(crc == crc(header, (int) headerBytes), "the checksum of its header is wrong");
    long count = DiskBytes.u32(header, 80);
    long entryBytes = DiskBytes.u32(header, 84);
    require(
        entryBytes >= MIN_ENTRY && count > 0 && count <= MAX_TABLE / entryBytes,
        "it says that it has %d entries of %d bytes",
        count,
        entryBytes);
    int tableBytes = (int) (count * entryBytes);
    ByteBuffer table = disk.piece(position(header.getLong(72), sector), tableBytes);
    require(DiskBytes.u32(header, 88) == crc(table, tableBytes), "its checksum is wrong");
    List<DiskPartition> partitions = new ArrayList<>();
    for (int at = 0; at < tableBytes; at += (int) entryBytes) {
      UUID type = uuid(table, at);
      if (!type.equals(UNUSED)) {
        partitions.add(partition(table, at, type, sector));
      }
    }
    return Optional.of(new GuidPartitionTable(partitions));
  }

  private static DiskPartition partition(ByteBuffer table, int at, UUID type, int sector)
      throws IOException {
    long first = position(table.getLong(at + 32), sector);
    long last = position(table.getLong(at + 40), sector);
    require(first <= last, "a partition ends before it begins");
    Use use =
        type.equals(EFI_SYSTEM)
            ? Use.EFI_SYSTEM
            : type.equals(BIOS_BOOT) ? Use.BIOS_BOOT : Use.OTHER;
    boolean startable = (table.getLong(at + 48) & STARTABLE) != 0;
    return new DiskPartition(use, first, last - first + sector, startable);
  }

  /** Of a sector. No disk is so large that this could overflow. */
  private static long position(long sectorNumber, int sector) throws IOException {
    require(
        sectorNumber >= 0 && sectorNumber < Long.MAX_VALUE / sector / 2,
        "it tells of sector %s",
        Long.toUnsignedString(sectorNumber));
    return sectorNumber * sector;
  }

  /** Its first three fields are little-endian, and the rest is not. */
  private static UUID uuid(ByteBuffer piece, int at) {
    long high =
        DiskBytes.u32(piece, at) << 32
            | (long) DiskBytes.u16(piece, at + 4) << 16
            | DiskBytes.u16(piece, at + 6);
    return new UUID(high, Long.reverseBytes(piece.getLong(at + 8)));
  }

  private static long crc(ByteBuffer piece, int length) {
    CRC32 crc = new CRC32();
    crc.update(piece.slice(0, length));
    return crc.getValue();
  }

  private static void require(boolean holds, String problem, Object... values)
      throws StrangeLayoutException {
    if (!holds) {
      throw new StrangeLayoutException(problem.formatted(values));
    }
  }
}

package amber.disk;

import amber.disk.DiskPartition.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first sector of a disk, from which a PC's BIOS starts: code, and a table of four partitions.
 *
 * @param hasCode whether there is any code
 * @param partitions those in use
 */
record MasterBootRecord(boolean hasCode, List<DiskPartition> partitions) {

  private static final int SECTOR = 512;
  // 440 bytes of code, then a disk's number, the table, and two bytes by which it is known.
  private static final int CODE_BYTES = 440;
  private static final int TABLE = 446;
  private static final int ENTRY_BYTES = 16;
  private static final int ENTRIES = 4;
  private static final int SIGNATURE = 510;
  private static final int SIGNED = 0xAA55;

  private static final int TYPE_EFI_SYSTEM = 0xEF;
  private static final int TYPE_PROTECTIVE = 0xEE;
  private static final int STARTABLE = 0x80;

  /** Reads it; nothing if there is none. */
  static Optional<MasterBootRecord> read(DiskBytes disk) throws IOException {
    ByteBuffer sector = disk.piece(0, SECTOR);
    if (DiskBytes.u16(sector, SIGNATURE) != SIGNED) {
      return Optional.empty();
    }
    List<DiskPartition> partitions = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      int at = TABLE + i * ENTRY_BYTES;
      int status = Byte.toUnsignedInt(sector.get(at));
      if (status != 0 && status != STARTABLE) {
        // The first sector of a file system has the same signature, and text or code here.
        return Optional.empty();
      }
      long sectors = DiskBytes.u32(sector, at + 12);
      if (sectors > 0) {
        partitions.add(
            new DiskPartition(
                use(Byte.toUnsignedInt(sector.get(at + 4))),
                DiskBytes.u32(sector, at + 8) * SECTOR,
                sectors * SECTOR,
                status == STARTABLE));
      }
    }
    return Optional.of(new MasterBootRecord(hasCode(sector), partitions));
  }

  private static boolean hasCode(ByteBuffer sector) {
    for (int i = 0; i < CODE_BYTES; i++) {
      if (sector.get(i) != 0) {
        return true;
      }
    }
    return false;
  }

  private static Use use(int type) {
    return switch (type) {
      case TYPE_EFI_SYSTEM -> Use.EFI_SYSTEM;
      case TYPE_PROTECTIVE -> Use.PROTECTIVE;
      default -> Use.OTHER;
    };
  }

  /** Whether it says that a GPT is what tells of the disk. */
  boolean isProtective() {
    return partitions.stream().anyMatch(partition -> partition.use() == Use.PROTECTIVE);
  }

  /** Whether a BIOS is told to start from one of the partitions. */
  boolean hasStartable() {
    return partitions.stream().anyMatch(DiskPartition::startable);
  }
}

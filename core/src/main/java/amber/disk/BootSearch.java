package amber.disk;

import amber.disk.BootSigns.Layout;
import amber.disk.DiskPartition.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at the tables and loaders of a disk for what it would start from. */
final class BootSearch {

  // The first volume descriptor of ISO 9660 is in the disc's sector 16, of 2048 bytes.
  private static final long ISO_AT = 16 * 2048;
  private static final int ISO_BYTES = 6;
  private static final String ISO = "CD001";

  private final DiskBytes disk;
  private final SortedMap<String, String> loaders = new TreeMap<>();
  private final List<String> found = new ArrayList<>();
  private final List<String> doubts = new ArrayList<>();

  BootSearch(DiskBytes disk) {
    this.disk = disk;
  }

  /**
   * Looks.
   *
   * @throws IOException if the disk cannot be read; what it says is never a failure
   */
  BootSigns run() throws IOException {
    Optional<MasterBootRecord> record = MasterBootRecord.read(disk);
    boolean iso = isIso();
    Optional<GuidPartitionTable> table = Optional.empty();
    try {
      table = GuidPartitionTable.read(disk);
    } catch (StrangeLayoutException e) {
      doubts.add("its GPT cannot be used: " + e.getMessage());
    }
    if (table.isPresent()) {
      return signs(Layout.GPT, iso, gpt(table.get(), record));
    }
    if (record.isPresent() && !record.get().partitions().isEmpty()) {
      return signs(Layout.MBR, iso, mbr(record.get()));
    }
    // UEFI looks at a file system that has the whole disk as well.
    efi(0, "a file system without partitions");
    return signs(Layout.NONE, iso, false);
  }

  private BootSigns signs(Layout layout, boolean iso, boolean biosBoot) {
    return new BootSigns(layout, iso, biosBoot, loaders, found, doubts);
  }

  private boolean isIso() throws IOException {
    return disk.sizeBytes() >= ISO_AT + ISO_BYTES
        && DiskBytes.hasText(disk.piece(ISO_AT, ISO_BYTES), 1, ISO);
  }

  /** Takes what a GPT tells, and says whether a BIOS would start from the disk. */
  private boolean gpt(GuidPartitionTable table, Optional<MasterBootRecord> record)
      throws IOException {
    boolean code = record.map(MasterBootRecord::hasCode).orElse(false);
    boolean biosPartition = has(table.partitions(), Use.BIOS_BOOT);
    boolean startable = table.partitions().stream().anyMatch(DiskPartition::startable);
    for (DiskPartition partition : table.partitions()) {
      if (partition.use() == Use.EFI_SYSTEM) {
        efi(partition.startBytes(), "EFI system partition");
      }
    }
    if (biosPartition) {
      found.add("BIOS boot partition");
    }
    if (startable) {
      found.add("a partition that a BIOS may start");
    }
    return biosCode(code, biosPartition || startable);
  }

  private boolean mbr(MasterBootRecord record) throws IOException {
    for (DiskPartition partition : record.partitions()) {
      if (partition.use() == Use.EFI_SYSTEM) {
        efi(partition.startBytes(), "EFI system partition");
      }
    }
    if (record.hasStartable()) {
      found.add("active partition");
    }
    // Some loaders do not care which partition is active.
    return biosCode(record.hasCode(), !record.isProtective());
  }

  /**
   * Whether a BIOS starts from the disk.
   *
   * @param code whether its first sector has code
   * @param expected whether that code is more than what tells that there is none
   */
  private boolean biosCode(boolean code, boolean expected) {
    if (code && expected) {
      found.add("boot code");
    } else if (!code
        && (found.contains("BIOS boot partition") || found.contains("active partition"))) {
      doubts.add("its first sector has no boot code, so a BIOS starts nothing");
    }
    return code && expected;
  }

  private static boolean has(List<DiskPartition> partitions, Use use) {
    return partitions.stream().anyMatch(partition -> partition.use() == use);
  }

  private void efi(long start, String where) throws IOException {
    boolean isPartition = start > 0;
    try {
      Optional<FatVolume> volume = FatVolume.open(disk, start);
      Map<String, String> here =
          volume.isPresent() ? EfiLoaders.find(volume.get(), doubts) : Map.of();
      loaders.putAll(here);
      if (!here.isEmpty()) {
        List<String> names = new ArrayList<>();
        here.forEach((path, machine) -> names.add("%s (%s)".formatted(path, machine)));
        found.add(where + " with " + String.join(", ", names));
      } else if (isPartition) {
        found.add(where);
        doubts.add(
            volume.isPresent()
                ? "its EFI system partition has no EFI/BOOT/BOOT*.EFI: UEFI starts nothing of which"
                    + " it has no variable"
                : "its EFI system partition has no FAT file system");
      }
    } catch (StrangeLayoutException e) {
      if (isPartition) {
        found.add(where);
        doubts.add("its EFI system partition cannot be read: " + e.getMessage());
      }
    }
  }
}

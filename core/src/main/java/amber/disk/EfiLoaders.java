package amber.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The loaders that UEFI starts from a disk of which it remembers nothing: one for each
 * architecture, under a name of its own (UEFI specification, section 3.5.1.1).
 */
final class EfiLoaders {

  /** Where they are, with what EC2 calls the architecture that they should be for. */
  private static final Map<String, String> NAMES =
      Map.of(
          "BOOTX64.EFI", "x86_64",
          "BOOTAA64.EFI", "arm64",
          "BOOTIA32.EFI", "i386");

  private static final int DOS_HEADER = 64;
  private static final int PE_AT = 60;
  private static final int MAX_PE_AT = 1 << 20;

  private EfiLoaders() {}

  /**
   * Finds them on a file system.
   *
   * @param doubts told in words what looks like one and is none
   * @return by path, with the architecture that their programs are for
   */
  static Map<String, String> find(FatVolume volume, List<String> doubts) throws IOException {
    Map<String, String> found = new TreeMap<>();
    Optional<FatVolume.Entry> boot = volume.find("EFI", "BOOT");
    if (boot.isEmpty() || !boot.get().isDirectory()) {
      return found;
    }
    for (FatVolume.Entry file : volume.list(boot.get())) {
      String expected = NAMES.get(file.name());
      if (expected == null || file.isDirectory()) {
        continue;
      }
      String path = "EFI/BOOT/" + file.name();
      try {
        String machine = machine(volume, file);
        found.put(path, machine);
        if (!machine.equals(expected)) {
          doubts.add("%s is a program for %s, should be for %s".formatted(path, machine, expected));
        }
      } catch (StrangeLayoutException e) {
        doubts.add("%s is no loader: %s".formatted(path, e.getMessage()));
      }
    }
    return found;
  }

  /** What a program is for, by its header (PE format, section "Machine Types"). */
  private static String machine(FatVolume volume, FatVolume.Entry file) throws IOException {
    ByteBuffer dos = volume.read(file, 0, DOS_HEADER);
    long at = DiskBytes.u32(dos, PE_AT);
    if (!DiskBytes.hasText(dos, 0, "MZ") || at > MAX_PE_AT) {
      throw new StrangeLayoutException("it does not begin as a program does");
    }
    ByteBuffer header = volume.read(file, at, 6);
    if (!DiskBytes.hasText(header, 0, "PE\0\0")) {
      throw new StrangeLayoutException("it has no header of a program");
    }
    int machine = DiskBytes.u16(header, 4);
    return switch (machine) {
      case 0x8664 -> "x86_64";
      case 0xAA64 -> "arm64";
      case 0x014C -> "i386";
      default -> "machine 0x%04x".formatted(machine);
    };
  }
}

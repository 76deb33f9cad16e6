package amber.system;

import static org.assertj.core.api.Assertions.assertThat;

import amber.disk.BootSigns;
import amber.disk.RawDisk;
import amber.fixture.BootDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Disks that stock tools have parted and formatted tell how they start. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BootToolsTest {

  @TempDir Path directory;

  private Path disk(String size) throws Exception {
    Path disk = directory.resolve("disk.img");
    StockTools.require("truncate");
    StockTools.shell("truncate -s " + size + " \"$1\"", disk);
    return disk;
  }

  /** Formats the partition that begins at 1 MiB, and puts a loader on it. */
  private void format(Path disk, int bits, String loader, int machine) throws Exception {
    Path program = directory.resolve(loader);
    Files.write(program, BootDisk.program(machine));
    StockTools.shell(
        "mkfs.vfat -F " + bits + " --offset=2048 \"$1\" \"$2\"", disk, bits == 32 ? 65536 : 16384);
    StockTools.shell(
        "export MTOOLS_SKIP_CHECK=1; mmd -i \"$1@@1M\" ::/EFI ::/EFI/BOOT;"
            + " mcopy -i \"$1@@1M\" \"$2\" ::/EFI/BOOT/",
        disk,
        program);
  }

  private static BootSigns of(Path disk) throws Exception {
    try (RawDisk opened = RawDisk.open(disk)) {
      return opened.bootSigns();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "12, BOOTX64.EFI, 34404, x86_64",
    "16, bootx64.efi, 34404, x86_64",
    "32, BOOTAA64.EFI, 43620, arm64"
  })
  void gptOfSgdiskWithFatOfMkfs(int bits, String loader, int machine, String architecture)
      throws Exception {
    StockTools.require("sgdisk", "mkfs.vfat", "mcopy", "mmd");
    Path disk = disk("80M");
    StockTools.shell("sgdisk --new=1:2048:+70M --typecode=1:ef00 \"$1\"", disk);
    format(disk, bits, loader, machine);
    BootSigns signs = of(disk);
    assertThat(signs.doubts()).isEmpty();
    assertThat(signs.bootMode()).contains("uefi");
    assertThat(signs.architecture()).contains(architecture);
  }

  @Test
  void biosBootPartitionOfSgdiskWithoutCodeStartsNothing() throws Exception {
    StockTools.require("sgdisk");
    Path disk = disk("8M");
    StockTools.shell("sgdisk --new=1:2048:+1M --typecode=1:ef02 \"$1\"", disk);
    assertThat(of(disk).bootMode()).isEmpty();
    assertThat(of(disk).text()).isEqualTo("GPT: BIOS boot partition");
  }

  @Test
  void mbrOfSfdiskWithBothPartitions() throws Exception {
    StockTools.require("sfdisk", "mkfs.vfat", "mcopy", "mmd");
    Path disk = disk("40M");
    StockTools.shell(
        "printf 'start=2048,size=36864,type=ef\\nstart=40960,type=83,bootable\\n'"
            + " | sfdisk --quiet \"$1\"",
        disk);
    format(disk, 16, "BOOTX64.EFI", BootDisk.X86_64);
    assertThat(of(disk).bootMode()).contains("uefi");
    // What a loader's setup does: code into the first 440 bytes.
    StockTools.shell("printf '\\xfa\\x31\\xc0' | dd of=\"$1\" conv=notrunc status=none", disk);
    BootSigns signs = of(disk);
    assertThat(signs.bootMode()).contains("uefi-preferred");
    assertThat(signs.efiLoaders()).isEqualTo(Map.of("EFI/BOOT/BOOTX64.EFI", "x86_64"));
  }
}

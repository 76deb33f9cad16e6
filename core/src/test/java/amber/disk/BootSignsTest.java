package amber.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.SourceChangedException;
import amber.disk.BootSigns.Layout;
import amber.fixture.BootDisk;
import amber.fixture.BootDisk.Slice;
import amber.fixture.FatImage;
import amber.image.BootOutlook.MadeFor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BootSignsTest {

  private static final int ESP = BootDisk.FIRST_SECTOR;
  private static final long SMALL = 8 << 20;
  private static final String X64 = "BOOTX64.EFI";

  @TempDir Path directory;

  private BootSigns of(long sizeBytes, BootDisk.Writing writing) throws IOException {
    Path file = directory.resolve("disk.img");
    Files.deleteIfExists(file);
    return of(BootDisk.write(file, sizeBytes, writing));
  }

  private static BootSigns of(Path file) throws IOException {
    try (RawDisk disk = RawDisk.open(file)) {
      return disk.bootSigns();
    }
  }

  private static void efiDisk(BootDisk disk, FatImage file) throws IOException {
    disk.fat(ESP, file);
    disk.gpt(new Slice(BootDisk.EFI_SYSTEM, ESP, 4200, 0));
  }

  private static FatImage fat() {
    return FatImage.withLoaders(16, 4200, Map.of(X64, BootDisk.program(BootDisk.X86_64)));
  }

  @ParameterizedTest
  @CsvSource({"BOOTX64.EFI, 34404, x86_64", "BOOTAA64.EFI, 43620, arm64"})
  void loaderOfAnEfiSystemPartitionTellsModeAndArchitecture(
      String loader, int machine, String architecture) throws IOException {
    BootSigns signs = of(BootDisk.efi(directory.resolve("efi.img"), loader, machine));
    assertThat(signs.layout()).isEqualTo(Layout.GPT);
    assertThat(signs.efiLoaders()).isEqualTo(Map.of("EFI/BOOT/" + loader, architecture));
    assertThat(signs.bootMode()).contains("uefi");
    assertThat(signs.architecture()).contains(architecture);
    assertThat(signs.doubts()).isEmpty();
    assertThat(signs.text())
        .isEqualTo(
            "GPT: EFI system partition with EFI/BOOT/%s (%s)".formatted(loader, architecture));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 16, 32})
  void loaderIsFoundOnEachKindOfFat(int bits) throws IOException {
    BootSigns signs =
        of(
            40 << 20,
            disk -> {
              disk.efiSystem(ESP, bits, Map.of(X64, BootDisk.program(BootDisk.X86_64)));
              disk.gpt(new Slice(BootDisk.EFI_SYSTEM, ESP, 70_000, 0));
            });
    assertThat(signs.efiLoaders()).isEqualTo(Map.of("EFI/BOOT/" + X64, "x86_64"));
    assertThat(signs.doubts()).isEmpty();
  }

  @Test
  void biosBootPartitionBesideALoaderPrefersUefi() throws IOException {
    BootSigns signs =
        of(
            SMALL,
            disk -> {
              disk.fat(ESP, fat());
              disk.gpt(
                  true,
                  new Slice(BootDisk.BIOS_BOOT, 34, 100, 0),
                  new Slice(BootDisk.EFI_SYSTEM, ESP, 4200, 0));
            });
    assertThat(signs.bootMode()).contains("uefi-preferred");
    assertThat(signs.madeFor()).isEqualTo(MadeFor.BOTH);
    assertThat(signs.architecture()).contains("x86_64");
  }

  @Test
  void biosBootPartitionAloneIsLegacyBios() throws IOException {
    BootSigns signs = of(SMALL, disk -> disk.gpt(true, new Slice(BootDisk.BIOS_BOOT, 34, 100, 0)));
    assertThat(signs.bootMode()).contains("legacy-bios");
    assertThat(signs.architecture()).contains("x86_64");
    assertThat(signs.text()).isEqualTo("GPT: BIOS boot partition; boot code");
  }

  @Test
  void biosBootPartitionWithoutBootCodeStartsNothing() throws IOException {
    BootSigns signs = of(SMALL, disk -> disk.gpt(new Slice(BootDisk.BIOS_BOOT, 34, 100, 0)));
    assertThat(signs.bootMode()).isEmpty();
    assertThat(signs.doubts()).singleElement().asString().contains("no boot code");
  }

  @Test
  void codeOfAnMbrThatProtectsAGptIsNoSystem() throws IOException {
    BootSigns signs = of(SMALL, disk -> disk.gpt(true, new Slice(BootDisk.LINUX, ESP, 100, 0)));
    assertThat(signs.bootMode()).isEmpty();
    assertThat(signs.architecture()).isEmpty();
  }

  @Test
  void mbrWithBootCodeIsLegacyBios() throws IOException {
    BootSigns signs = of(BootDisk.bios(directory.resolve("bios.img")));
    assertThat(signs.layout()).isEqualTo(Layout.MBR);
    assertThat(signs.bootMode()).contains("legacy-bios");
    assertThat(signs.text()).isEqualTo("MBR: active partition; boot code");
  }

  @Test
  void isoHybridTellsBothWays() throws IOException {
    BootSigns signs =
        of(
            SMALL,
            disk -> {
              disk.iso();
              disk.fat(ESP, fat());
              disk.mbr(true, new Slice(0x17, 0, 8192, 0x80), new Slice(0xEF, ESP, 4200, 0));
            });
    assertThat(signs.isIso()).isTrue();
    assertThat(signs.bootMode()).contains("uefi-preferred");
    assertThat(signs.text())
        .isEqualTo(
            "MBR, ISO 9660: EFI system partition with EFI/BOOT/BOOTX64.EFI (x86_64);"
                + " active partition; boot code");
  }

  @Test
  void fileSystemThatHasTheWholeDiskMayHaveALoader() throws IOException {
    BootSigns signs = of(SMALL, disk -> disk.fat(0, fat()));
    assertThat(signs.layout()).isEqualTo(Layout.NONE);
    assertThat(signs.bootMode()).contains("uefi");
  }

  @Test
  void emptyDiskAndNoiseTellNothing() throws IOException {
    byte[] noise = new byte[1 << 20];
    new Random(5).nextBytes(noise);
    for (BootDisk.Writing content :
        new BootDisk.Writing[] {disk -> {}, disk -> disk.bytes(0, noise)}) {
      BootSigns signs = of(SMALL, content);
      assertThat(signs.layout()).isEqualTo(Layout.NONE);
      assertThat(signs.proposals()).isEmpty();
      assertThat(signs.doubts()).isEmpty();
      assertThat(signs.madeFor()).isEqualTo(MadeFor.UNKNOWN);
    }
  }

  @Test
  void diskOfOneSectorTellsNothing() throws IOException {
    assertThat(of(512, disk -> {}).text()).isEqualTo("no partition table");
    assertThat(of(512, disk -> disk.mbr(true)).bootMode()).isEmpty();
  }

  @Test
  void loadersForTwoArchitecturesLeaveItOpen() throws IOException {
    FatImage both =
        FatImage.withLoaders(
            16,
            4200,
            Map.of(
                X64,
                BootDisk.program(BootDisk.X86_64),
                "BOOTAA64.EFI",
                BootDisk.program(BootDisk.ARM64)));
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, both));
    assertThat(signs.bootMode()).contains("uefi");
    assertThat(signs.architecture()).isEmpty();
  }

  @Test
  void loaderForWhatNoInstanceIsProposesNothing() throws IOException {
    FatImage old = FatImage.withLoaders(16, 4200, Map.of("BOOTIA32.EFI", BootDisk.program(0x14C)));
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, old));
    assertThat(signs.efiLoaders()).containsValue("i386");
    assertThat(signs.proposals()).isEmpty();
  }

  @Test
  void loaderForAnotherMachineThanItsNameIsDoubted() throws IOException {
    FatImage wrong = FatImage.withLoaders(16, 4200, Map.of(X64, BootDisk.program(BootDisk.ARM64)));
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, wrong));
    assertThat(signs.architecture()).contains("arm64");
    assertThat(signs.doubts())
        .containsExactly("EFI/BOOT/BOOTX64.EFI is a program for arm64, should be for x86_64");
  }

  @Test
  void efiSystemPartitionWithoutALoaderIsDoubted() throws IOException {
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, new FatImage(16, 4200)));
    assertThat(signs.bootMode()).isEmpty();
    assertThat(signs.doubts()).singleElement().asString().contains("no EFI/BOOT/BOOT*.EFI");
  }

  @Test
  void secondTableIsReadWhereTheFirstIsDamaged() throws IOException {
    BootSigns signs =
        of(
            SMALL,
            disk -> {
              efiDisk(disk, fat());
              disk.bytes(512 + 60, new byte[] {1, 2, 3});
            });
    assertThat(signs.layout()).isEqualTo(Layout.GPT);
    assertThat(signs.bootMode()).contains("uefi");
  }

  @ParameterizedTest
  @CsvSource({"-1, 128", "2000000, 128", "128, -1", "128, 0", "128, 1", "0, 128"})
  void absurdTableIsDoubted(int count, int entryBytes) throws IOException {
    BootSigns signs = of(SMALL, disk -> disk.header(1, 2, count, entryBytes, new byte[0]));
    assertThat(signs.layout()).isEqualTo(Layout.NONE);
    assertThat(signs.doubts()).singleElement().asString().contains("its GPT cannot be used");
  }

  @Test
  void partitionBehindTheDisksEndIsDoubted() throws IOException {
    for (long first : new long[] {1L << 40, Long.MAX_VALUE, -1}) {
      BootSigns signs = of(SMALL, disk -> disk.gpt(new Slice(BootDisk.EFI_SYSTEM, first, 1, 0)));
      assertThat(signs.bootMode()).isEmpty();
      assertThat(signs.doubts()).as("partition at %d", first).isNotEmpty();
    }
  }

  @Test
  void directoryThatGoesInACircleEnds() throws IOException {
    FatImage circle = fat();
    circle.link(circle.cluster("BOOT"), circle.cluster("BOOT"));
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, circle));
    assertThat(signs.bootMode()).isEmpty();
    assertThat(signs.doubts()).singleElement().asString().contains("cannot be read");
  }

  @Test
  void fileThatGoesInACircleIsNoLoader() throws IOException {
    FatImage circle = fat();
    circle.link(circle.cluster(X64), circle.cluster(X64));
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, circle));
    assertThat(signs.bootMode()).isEmpty();
    assertThat(signs.doubts()).anyMatch(doubt -> doubt.contains("is no loader"));
  }

  @Test
  void programWhoseHeaderIsFarAwayIsNoLoader() throws IOException {
    for (int place : new int[] {-1, Integer.MAX_VALUE, 1498, 1 << 20}) {
      FatImage strange = fat();
      strange.bytes().putInt(strange.at(strange.cluster(X64)) + 60, place);
      BootSigns signs = of(SMALL, disk -> efiDisk(disk, strange));
      assertThat(signs.bootMode()).as("header at %d", place).isEmpty();
      assertThat(signs.doubts()).as("header at %d", place).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "11, 0",
    "11, 513",
    "13, 0",
    "13, 3",
    "14, 0",
    "16, 0",
    "17, 65535",
    "19, 1",
    "22, 1"
  })
  void absurdFileSystemIsNoFailure(int at, int value) throws IOException {
    FatImage strange = fat();
    if (at == 13 || at == 16) {
      strange.bytes().put(at, (byte) value);
    } else {
      strange.bytes().putShort(at, (short) value);
    }
    BootSigns signs = of(SMALL, disk -> efiDisk(disk, strange));
    assertThat(signs.layout()).isEqualTo(Layout.GPT);
  }

  @Test
  void manyPartitionsAndDirectoriesReadNoMoreThanTheirShare() throws IOException {
    FatImage full = fat();
    int boot = full.cluster("BOOT");
    long[] read = new long[1];
    Path file =
        BootDisk.write(
            directory.resolve("many.img"),
            SMALL,
            disk -> {
              disk.fat(ESP, full);
              Slice[] slices = new Slice[128];
              Arrays.fill(slices, new Slice(BootDisk.EFI_SYSTEM, ESP, 4200, 0));
              disk.gpt(slices);
            });
    full.link(boot, boot);
    byte[] all = Files.readAllBytes(file);
    DiskBytes counted =
        new DiskBytes(
            (position, target) -> {
              read[0] += target.remaining();
              target.put(all, (int) position, target.remaining());
            },
            all.length);
    assertThat(new BootSearch(counted).run().layout()).isEqualTo(Layout.GPT);
    assertThat(read[0]).isLessThanOrEqualTo(DiskBytes.MAX_BYTES);
  }

  @Test
  void damageOfAnyKindIsNoFailure() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path file = BootDisk.efi(directory.resolve("damaged.img"), X64, BootDisk.X86_64);
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      for (int change = random.nextInt(8); change >= 0; change--) {
        // Tables and directories are where the numbers are that lead elsewhere.
        int sector = random.nextBoolean() ? random.nextInt(40) : ESP + random.nextInt(80);
        damaged[sector * 512 + random.nextInt(512)] = (byte) random.nextInt();
      }
      DiskBytes disk =
          new DiskBytes(
              (position, target) -> target.put(damaged, (int) position, target.remaining()),
              damaged.length);
      try {
        new BootSearch(disk).run();
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("seed %d, round %d".formatted(seed, round), e);
      }
    }
  }

  @Test
  void proposalsComeIntoTheManifestOfADiskWithTheirReasons() throws IOException {
    Path file = BootDisk.efi(directory.resolve("web.img"), X64, BootDisk.X86_64);
    try (ImageDirectory image = ImageDirectory.ofDisk(file)) {
      assertThat(image.image().attributes())
          .isEqualTo(
              Map.of(
                  "name", "web",
                  "architecture", "x86_64",
                  "bootMode", "uefi",
                  "proposed",
                      Map.of(
                          "architecture", "EFI/BOOT/BOOTX64.EFI is for x86_64",
                          "bootMode", "UEFI finds EFI/BOOT/BOOTX64.EFI")));
    }
    Map<String, String> given = Map.of("architecture", "arm64", "bootMode", "");
    try (ImageDirectory image = ImageDirectory.ofDisk(file, given)) {
      assertThat(image.image().attributes())
          .isEqualTo(Map.of("name", "web", "architecture", "arm64"));
    }
  }

  @Test
  void diskWhoseFileEndsEarlyIsAFailure() throws IOException {
    Path file = BootDisk.efi(directory.resolve("cut.img"), X64, BootDisk.X86_64);
    try (RawDisk disk = RawDisk.open(file);
        RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(512);
      assertThatThrownBy(disk::bootSigns)
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining("cut.img");
    }
  }
}

package amber.disk;

import amber.fixture.BootDisk;
import amber.fixture.FatImage;
import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A disk that is looked at for what it would start from. */
public final class DiskTarget implements FuzzTarget {

  private static final int SECTORS = 96;

  /** As few sectors as hold something. */
  private static FatImage fat(int bits) {
    return FatImage.withLoaders(
        bits, SECTORS, Map.of("BOOTX64.EFI", BootDisk.program(BootDisk.X86_64)));
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(fat(12).bytes().array());
    seeds.add(fat(32).bytes().array());
    seeds.add(
        written(
            disk -> {
              disk.fat(8, fat(12));
              disk.mbr(true, new BootDisk.Slice(0xEF, 8, SECTORS, 0x80));
            }));
    seeds.add(
        written(
            disk -> {
              disk.fat(40, fat(12));
              disk.gpt(
                  true,
                  new BootDisk.Slice(BootDisk.EFI_SYSTEM, 40, SECTORS, 0),
                  new BootDisk.Slice(BootDisk.BIOS_BOOT, 34, 2, 4));
            }));
    return seeds;
  }

  private static byte[] written(BootDisk.Writing writing) throws IOException {
    Path file = Files.createTempFile("amber-disk", ".img");
    try {
      return Files.readAllBytes(BootDisk.write(file, 180 * 512, writing));
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void run(byte[] input) throws Exception {
    if (input.length < 512) {
      return;
    }
    DiskBytes disk =
        new DiskBytes(
            (position, target) -> target.put(input, (int) position, target.remaining()),
            input.length / 512 * 512L);
    BootSigns signs = new BootSearch(disk).run();
    Require.that(signs.text() != null, "no text");
    Require.that(
        signs.bootMode().isPresent() || signs.efiLoaders().isEmpty() || !signs.biosBoot(),
        "a disk that starts has no boot mode");
    Require.that(
        signs.proposals().values().stream().noneMatch(each -> each.reason().isEmpty()),
        "a proposal without a reason");
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.BootDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Image;

/** What a disk shows of how it starts, from the disk to the image that is registered of it. */
@ExtendWith(Cloud.class)
class BootTest {

  private static final String X64 = "BOOTX64.EFI";

  @TempDir private Path directory;

  private Path arm() throws Exception {
    return BootDisk.efi(directory.resolve("arm.img"), "BOOTAA64.EFI", BootDisk.ARM64);
  }

  private Path x86() throws Exception {
    return BootDisk.efi(directory.resolve("x86.img"), X64, BootDisk.X86_64);
  }

  private static Image image(Run run) throws Exception {
    String id = String.valueOf(run.json().get("imageId"));
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.describeImages(r -> r.imageIds(id)).images().get(0);
    }
  }

  @Test
  void diskTellsModeAndArchitectureOfItsImage() throws Exception {
    Path disk = arm();
    Path archive = directory.resolve("arm.bin");
    Run packed = Run.of("pack", "--no-sync", disk, archive);
    assertThat(packed.stderr())
        .contains(
            "warning: %s: architecture arm64 is taken from the disk: EFI/BOOT/BOOTAA64.EFI is for arm64"
                .formatted(disk),
            "warning: %s: boot mode uefi is taken from the disk: UEFI finds EFI/BOOT/BOOTAA64.EFI"
                .formatted(disk));
    assertThat(Run.of("inspect", archive).text())
        .contains(
            "  architecture  arm64\n",
            "  bootMode      uefi\n",
            "  proposed      bootMode: UEFI finds EFI/BOOT/BOOTAA64.EFI\n",
            "starts, with boot mode uefi\n  Graviton                   uefi, if its system can");
    Run unpacked =
        Cloud.succeed("unpack", "--output", "json", archive, "ami:" + Cloud.newName("arm"));
    Image made = image(unpacked);
    assertThat(made.bootModeAsString()).isEqualTo("uefi");
    assertThat(made.architectureAsString()).isEqualTo("arm64");
  }

  @Test
  void whatIsGivenIsNotTakenFromTheDisk() throws Exception {
    Path archive = directory.resolve("given.bin");
    Run packed =
        Run.of("pack", "--boot-mode", "uefi-preferred", "--architecture", "none", x86(), archive);
    assertThat(packed.exitCode()).as(packed.stderr()).isZero();
    assertThat(packed.stderr()).doesNotContain("taken from");
    assertThat(Run.of("inspect", "--output", "json", archive).json().get("image"))
        .isEqualTo(Map.of("name", "x86", "bootMode", "uefi-preferred"));
  }

  @Test
  void copyOfADiskProposesAndObeys() throws Exception {
    Path disk = x86();
    Run copied =
        Cloud.succeed("copy", "--output", "json", disk, "ami:" + Cloud.newName("proposed"));
    assertThat(copied.stderr()).contains("boot mode uefi is taken from the disk");
    assertThat(image(copied).bootModeAsString()).isEqualTo("uefi");
    Run obeyed =
        Cloud.succeed(
            "copy",
            "--output",
            "json",
            "--boot-mode",
            "legacy-bios",
            disk,
            "ami:" + Cloud.newName("given"));
    assertThat(obeyed.stderr()).doesNotContain("boot mode uefi");
    assertThat(image(obeyed).bootModeAsString()).isEqualTo("legacy-bios");
    Run none =
        Cloud.succeed(
            "copy", "--output", "json", "--boot-mode", "", disk, "ami:" + Cloud.newName("none"));
    assertThat(image(none).bootModeAsString()).isNull();
  }

  @Test
  void inspectOfADiskTellsWhatItStartsFrom() throws Exception {
    Path disk = BootDisk.bios(directory.resolve("bios.img"));
    assertThat(Run.of("inspect", disk).text())
        .contains(
            "  partitions    MBR: active partition; boot code\n",
            "starts, with boot mode legacy-bios\n",
            "  Intel and AMD, most types  legacy-bios\n",
            "  Intel and AMD without UEFI legacy-bios\n")
        .doesNotContain("Graviton");
    Map<String, Object> json = Run.of("inspect", "--output", "json", x86()).json();
    assertThat(json.get("boot"))
        .isEqualTo(
            Map.of(
                "bootMode",
                "uefi",
                "instances",
                List.of(
                    Map.of("kind", "x86-nitro", "mode", "uefi", "text", "uefi"),
                    Map.of(
                        "kind",
                        "x86-legacy",
                        "text",
                        "not: EC2 launches no such types in its boot mode"))));
    assertThat(json.get("volumes").toString())
        .contains("layout={partitions=gpt, iso=false, biosBoot=false, efiLoaders={EFI/BOOT/");
  }

  @Test
  void inspectOfAnAmiTellsWhatItsInstancesDo() throws Exception {
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1), Map.of(), Optional.empty());
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("boot"), snapshot);
    assertThat(Cloud.succeed("inspect", ami).text())
        .contains(
            "starts, with boot mode not set\n",
            "\n  Intel and AMD, most types  legacy-bios, if its system can start so\n");
  }

  @Test
  void attributesOfADiskAreNotForWhatHasThem() throws Exception {
    Run run = Run.of("pack", "--boot-mode", "uefi", "ami-0123456789abcdef0", "x.bin");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("--boot-mode: is for a raw disk");
    Run wrong = Run.of("pack", "--boot-mode", "bios", x86(), "x.bin");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.stderr()).contains("legacy-bios, uefi, uefi-preferred, none");
  }

  @Test
  void tpmWithAnotherModeIsRefusedBeforeAnythingIsMade() throws Exception {
    Run run =
        Cloud.amber(
            "copy",
            "--boot-mode",
            "uefi-preferred",
            "--tpm-support",
            "v2.0",
            x86(),
            "ami:" + Cloud.newName("tpm"));
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.stderr()).contains("TPM support with boot mode uefi-preferred, should be uefi");
  }
}

package amber.image;

import static org.assertj.core.api.Assertions.assertThat;

import amber.image.BootOutlook.Kind;
import amber.image.BootOutlook.MadeFor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootOutlookTest {

  private static Image image(String architecture, String bootMode) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("architecture", architecture);
    attributes.put("bootMode", bootMode);
    return new Image(attributes, List.of(new Volume(0, 512, Optional.empty())));
  }

  private static String starts(String bootMode, MadeFor madeFor, Kind kind) {
    String architecture = kind == Kind.GRAVITON ? "arm64" : "x86_64";
    return BootOutlook.of(image(architecture, bootMode), madeFor).orElseThrow().starts().stream()
        .filter(start -> start.kind() == kind)
        .map(BootOutlook.Start::text)
        .findFirst()
        .orElseThrow();
  }

  /** The table of "Launch an instance with boot mode" in the EC2 user guide. */
  @ParameterizedTest
  @CsvSource({
    "uefi, UEFI, X86_NITRO, uefi",
    "uefi, UEFI, GRAVITON, uefi",
    "legacy-bios, LEGACY_BIOS, X86_NITRO, legacy-bios",
    "legacy-bios, LEGACY_BIOS, X86_LEGACY, legacy-bios",
    "uefi-preferred, UEFI, X86_NITRO, uefi",
    "uefi-preferred, UEFI, GRAVITON, uefi",
    "uefi-preferred, LEGACY_BIOS, X86_LEGACY, legacy-bios",
    "uefi-preferred, LEGACY_BIOS, X86_NITRO, legacy-bios",
    ", UEFI, GRAVITON, uefi",
    ", LEGACY_BIOS, X86_NITRO, legacy-bios",
    ", LEGACY_BIOS, X86_LEGACY, legacy-bios"
  })
  void startsAsTheUserGuideSays(String bootMode, MadeFor madeFor, Kind kind, String mode) {
    assertThat(starts(bootMode, madeFor, kind)).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({
    "uefi, UEFI, X86_LEGACY, EC2 launches no such types",
    "uefi, LEGACY_BIOS, X86_NITRO, does not start in the mode",
    "uefi, LEGACY_BIOS, X86_LEGACY, EC2 launches no such types",
    "legacy-bios, UEFI, X86_NITRO, does not start in the mode",
    "legacy-bios, UEFI, GRAVITON, EC2 launches no such types",
    "uefi-preferred, UEFI, X86_LEGACY, does not start in the mode",
    ", UEFI, X86_NITRO, does not start in the mode",
    ", LEGACY_BIOS, GRAVITON, does not start in the mode"
  })
  void whatDoesNotStartSaysWhy(String bootMode, MadeFor madeFor, Kind kind, String reason) {
    assertThat(starts(bootMode, madeFor, kind)).startsWith("not: ").contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "uefi, 'uefi, if its system can start so'",
    "legacy-bios, 'legacy-bios, if its system can start so'",
    "uefi-preferred, 'uefi, or legacy-bios if its system starts by that alone'",
    ", 'legacy-bios, if its system can start so'"
  })
  void systemThatNobodyHasLookedAtIsLeftOpen(String bootMode, String text) {
    assertThat(starts(bootMode, MadeFor.UNKNOWN, Kind.X86_NITRO)).isEqualTo(text);
  }

  @Test
  void systemForBothStartsInWhatItsImageSays() {
    assertThat(starts("uefi", MadeFor.BOTH, Kind.X86_NITRO)).isEqualTo("uefi");
    assertThat(starts("legacy-bios", MadeFor.BOTH, Kind.X86_NITRO)).isEqualTo("legacy-bios");
    assertThat(starts("uefi-preferred", MadeFor.BOTH, Kind.X86_NITRO)).isEqualTo("uefi");
    assertThat(starts("uefi-preferred", MadeFor.BOTH, Kind.X86_LEGACY)).isEqualTo("legacy-bios");
    assertThat(starts(null, MadeFor.BOTH, Kind.X86_NITRO)).isEqualTo("legacy-bios");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64_mac", "arm64_mac"})
  void macsAreNotInTheTable(String architecture) {
    BootOutlook outlook = BootOutlook.of(image(architecture, null), MadeFor.UNKNOWN).orElseThrow();
    assertThat(outlook.starts()).isEmpty();
  }

  @Test
  void nothingIsToldOfWhatIsNotKnown() {
    assertThat(BootOutlook.of(image(null, null), MadeFor.UEFI)).isEmpty();
    assertThat(BootOutlook.of(image("x86_64", "coreboot"), MadeFor.UEFI)).isEmpty();
    assertThat(BootOutlook.of(image(null, "uefi"), MadeFor.UEFI).orElseThrow().starts()).hasSize(3);
  }
}

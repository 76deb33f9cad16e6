package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.Set;

/**
 * What EC2 demands of the attributes of an image. What it is known to refuse is a problem; what it
 * is only likely to refuse, or to make of it an image that does not start, is a warning.
 */
final class RegistrationRules {

  private static final Set<String> ARCHITECTURES =
      Set.of("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac");
  private static final Set<String> BOOT_MODES = Set.of("legacy-bios", "uefi", "uefi-preferred");
  private static final int MAX_DESCRIPTION = 255;
  private static final int MAX_UEFI_DATA = 64_000;

  private final Image image;
  private final String location;
  private final Preflight preflight;

  RegistrationRules(Image image, String name, Preflight preflight) {
    this.image = image;
    this.location = "ami:" + name;
    this.preflight = preflight;
  }

  void check() throws InterruptedIOException {
    preflight.check(this::checkLengths);
    if (preflight.check(this::checkValues)) {
      preflight.check(this::checkBoot);
      preflight.check(this::warnOfBoot);
      preflight.check(this::warnOfBilling);
    }
    preflight.check(() -> new DeviceRules(image, location, preflight).check());
  }

  private Attributes ec2() throws InvalidImageException {
    return new Attributes(location, image.attributes()).object(AmiReader.EC2);
  }

  private void checkLengths() throws IOException {
    int description = image.text("description").map(String::length).orElse(0);
    require(
        description <= MAX_DESCRIPTION,
        "a description of %d characters, should be at most %d",
        description,
        MAX_DESCRIPTION);
    int uefiData = ec2().text("uefiData").map(String::length).orElse(0);
    require(
        uefiData <= MAX_UEFI_DATA,
        "UEFI variables of %d characters, should be at most %d",
        uefiData,
        MAX_UEFI_DATA);
  }

  private void checkValues() throws IOException {
    Attributes ec2 = ec2();
    requireOneOf("architecture", image.text("architecture"), ARCHITECTURES);
    requireOneOf("boot mode", image.text("bootMode"), BOOT_MODES);
    requireOneOf(
        "virtualization type", ec2.text("virtualizationType"), Set.of("hvm", "paravirtual"));
    requireOneOf("TPM support", ec2.text("tpmSupport"), Set.of("v2.0"));
    requireOneOf("IMDS support", ec2.text("imdsSupport"), Set.of("v2.0"));
    requireOneOf("SR-IOV support", ec2.text("sriovNetSupport"), Set.of("simple"));
  }

  private void requireOneOf(String what, Optional<String> value, Set<String> known)
      throws InvalidImageException {
    require(
        value.isEmpty() || known.contains(value.get()),
        "%s %s, should be %s",
        what,
        value.orElse(""),
        String.join(" or ", known.stream().sorted().toList()));
  }

  private void checkBoot() throws IOException {
    String bootMode = image.text("bootMode").orElse("none");
    require(
        ec2().text("tpmSupport").isEmpty() || bootMode.equals("uefi"),
        "TPM support with boot mode %s, should be uefi",
        bootMode);
  }

  private void warnOfBoot() throws IOException {
    Attributes ec2 = ec2();
    String architecture = image.text("architecture").orElse("x86_64");
    Optional<String> bootMode = image.text("bootMode");
    boolean uefi = bootMode.filter(mode -> mode.startsWith("uefi")).isPresent();
    if (architecture.equals("arm64")) {
      warnIf(ec2.text("tpmSupport").isPresent(), "EC2 may refuse TPM support with arm64");
      warnIf(
          bootMode.filter("legacy-bios"::equals).isPresent(),
          "boot mode legacy-bios with arm64, whose instances boot by UEFI only");
    }
    warnIf(uefi && architecture.equals("i386"), "boot mode uefi with i386, which may not start");
    warnIf(
        bootMode.isPresent() && architecture.endsWith("_mac"),
        "EC2 may refuse a boot mode with " + architecture);
    warnIf(
        ec2.text("uefiData").isPresent() && bootMode.isPresent() && !uefi,
        "UEFI variables with boot mode legacy-bios, which does not use them");
    warnIf(
        ec2.text("virtualizationType").filter("paravirtual"::equals).isPresent(),
        "a paravirtual image needs a kernel of its region, which is not set: it will not start");
  }

  private void warnOfBilling() throws IOException {
    Optional<String> operation = ec2().text("usageOperation");
    warnIf(
        operation.filter(code -> !code.equals("RunInstances")).isPresent(),
        "was billed as %s (%s); the new image is billed as Linux, and its licence may not allow that"
            .formatted(
                ec2().text("platformDetails").orElse("something else"), operation.orElse("")));
  }

  private void warnIf(boolean doubtful, String warning) {
    if (doubtful) {
      preflight.warn(location + ": " + warning);
    }
  }

  private void require(boolean holds, String problem, Object... values)
      throws InvalidImageException {
    if (!holds) {
      throw new InvalidImageException(location, problem.formatted(values));
    }
  }
}

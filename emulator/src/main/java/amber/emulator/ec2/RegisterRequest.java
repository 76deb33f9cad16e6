package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What RegisterImage is asked for, defaults filled in, checked as far as the request alone goes.
 */
record RegisterRequest(
    String name,
    Optional<String> description,
    String architecture,
    String virtualizationType,
    String rootDeviceName,
    List<DeviceRequest> devices,
    Firmware firmware,
    boolean enaSupport,
    Optional<String> sriovNetSupport,
    Optional<String> kernelId,
    Optional<String> ramdiskId,
    Map<String, String> tags) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9()\\[\\] ./\\-'@_]{3,128}");
  private static final int LONGEST_DESCRIPTION = 255;
  private static final int LONGEST_UEFI_DATA = 64_000;
  private static final String V2 = "v2.0";

  /** What of an image concerns booting. */
  record Firmware(
      Optional<String> bootMode,
      Optional<String> tpmSupport,
      Optional<String> imdsSupport,
      Optional<String> uefiData) {}

  static RegisterRequest read(Parameters parameters) throws FailureException {
    String name = parameters.required("Name");
    checkName(name);
    if (parameters.text("ImageLocation").isPresent()) {
      throw Ec2Failures.unsupported("Images with a manifest in S3 cannot be registered here.");
    }
    if (!parameters.texts("BillingProduct").isEmpty()) {
      throw Ec2Failures.denied("The account is not authorized to specify billing products.");
    }
    RegisterRequest request =
        new RegisterRequest(
            name,
            parameters.text("Description", LONGEST_DESCRIPTION),
            // Both defaults are what hardly anybody wants, but they are what EC2 takes.
            parameters
                .oneOf("Architecture", Set.of("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"))
                .orElse("i386"),
            parameters
                .oneOf("VirtualizationType", Set.of("hvm", "paravirtual"))
                .orElse("paravirtual"),
            parameters.text("RootDeviceName").orElse("/dev/sda1"),
            devices(parameters),
            firmware(parameters),
            parameters.flag("EnaSupport"),
            parameters.oneOf("SriovNetSupport", Set.of("simple")),
            parameters.text("KernelId"),
            parameters.text("RamdiskId"),
            TagRequest.specifications(parameters, "image"));
    request.checkCombinations();
    return request;
  }

  static void checkName(String name) throws FailureException {
    if (!NAME.matcher(name).matches()) {
      throw Ec2Failures.of(
          "InvalidAMIName.Malformed",
          "AMI names must be between 3 and 128 characters long, and may contain letters, numbers,"
              + " '(', ')', '[', ']', ' ', '.', '/', '-', ''', '@' and '_'");
    }
  }

  private static List<DeviceRequest> devices(Parameters parameters) throws FailureException {
    List<DeviceRequest> devices = new ArrayList<>();
    for (Parameters each : parameters.structures("BlockDeviceMapping")) {
      DeviceRequest device = DeviceRequest.read(each);
      if (devices.stream().anyMatch(other -> other.deviceName().equals(device.deviceName()))) {
        throw Ec2Failures.mapping(
            "The device '"
                + device.deviceName()
                + "' is used in more than one block-device mapping");
      }
      devices.add(device);
    }
    return devices;
  }

  private static Firmware firmware(Parameters parameters) throws FailureException {
    Optional<String> uefiData = parameters.text("UefiData", LONGEST_UEFI_DATA);
    if (uefiData.isPresent()) {
      checkBase64(uefiData.get());
    }
    return new Firmware(
        parameters.oneOf("BootMode", Set.of("legacy-bios", "uefi", "uefi-preferred")),
        parameters.oneOf("TpmSupport", Set.of(V2)),
        parameters.oneOf("ImdsSupport", Set.of(V2)),
        uefiData.filter(text -> !text.isEmpty()));
  }

  private static void checkBase64(String text) throws FailureException {
    try {
      byte[] decoded = Base64.getDecoder().decode(text);
      if (decoded.length == 0 && !text.isEmpty()) {
        throw Ec2Failures.invalid("The parameter UefiData holds no data");
      }
    } catch (IllegalArgumentException e) {
      // The data itself stays out of messages: it may tell how an instance is secured.
      throw Ec2Failures.invalid("The parameter UefiData is not valid Base64");
    }
  }

  private void checkCombinations() throws FailureException {
    if (devices.isEmpty()) {
      throw Ec2Failures.missing("BlockDeviceMapping");
    }
    boolean rootSnapshot =
        devices.stream()
            .filter(device -> device.deviceName().equals(rootDeviceName))
            .flatMap(device -> device.volume().stream())
            .anyMatch(volume -> volume.snapshotId().isPresent());
    if (!rootSnapshot) {
      throw Ec2Failures.mapping("No root snapshot specified in device mapping.");
    }
    if (firmware.tpmSupport().isPresent()) {
      if (architecture.equals("arm64")) {
        throw Ec2Failures.invalid("Invalid machineArchitecture value 'arm64' for tpmSupport");
      }
      if (firmware.bootMode().filter("uefi"::equals).isEmpty()) {
        throw Ec2Failures.combination(
            "Invalid bootMode value '%s' for tpmSupport, which needs 'uefi'"
                .formatted(firmware.bootMode().orElse("")));
      }
    }
    boolean paravirtual = virtualizationType.equals("paravirtual");
    if (paravirtual && !architecture.equals("i386") && !architecture.equals("x86_64")) {
      throw Ec2Failures.combination(
          "The architecture '" + architecture + "' needs the virtualization type 'hvm'");
    }
    if (paravirtual && firmware.bootMode().isPresent()) {
      throw Ec2Failures.combination("The parameter BootMode needs the virtualization type 'hvm'");
    }
  }
}

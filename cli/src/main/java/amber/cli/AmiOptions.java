package amber.cli;

import amber.ec2.SnapshotRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What an image that is registered shall be, beyond what its archive says. */
final class AmiOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAn AMI as the target:%n", order = 80)
  private Made made = new Made();

  /** The options themselves. */
  static final class Made {
    @Option(
        names = "--encrypt",
        description = "Encrypt the snapshots, by the account's key for EBS.")
    private boolean encrypt;

    @Option(
        names = "--kms-key-id",
        paramLabel = "ARN",
        description = "Encrypt the snapshots by this key.")
    private String kmsKeyArn;

    @Option(
        names = "--fill-holes",
        description =
            "Write zeros where nothing was ever written, in volumes that become encrypted"
                + " and were not: an instance would read noise there.")
    private boolean fillHoles;

    @Option(
        names = "--snapshot-timeout",
        paramLabel = "MINUTES",
        converter = Values.Minutes.class,
        description =
            "How long EBS waits for the next block before it gives a snapshot up, 10 to 4320"
                + " (default: 4320).")
    private Integer timeoutMinutes;

    @Option(
        names = "--allow-product-codes",
        description =
            "Make an image without the product codes that its archive has. Its licence may"
                + " forbid that.")
    private boolean allowProductCodes;

    @Option(
        names = "--tag",
        paramLabel = "KEY=VALUE",
        description = "Tag the image and its snapshots; may be given again.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
        names = "--no-task-tag",
        description =
            "Do not tag the snapshots as Amber's while they are being made. Setting the tag takes"
                + " ec2:CreateTags.")
    private boolean noTaskTag;

    @Option(names = "--description", paramLabel = "TEXT", description = "Of the image.")
    private String description;

    @Option(
        names = "--architecture",
        paramLabel = "NAME",
        description = "Such as x86_64 or arm64 (default: x86_64, where none is known).")
    private String architecture;

    @Option(
        names = "--boot-mode",
        paramLabel = "MODE",
        description = "legacy-bios, uefi or uefi-preferred.")
    private String bootMode;

    @Option(
        names = "--root-device",
        paramLabel = "DEVICE",
        description = "Such as /dev/sda1 (default: /dev/xvda, where none is known).")
    private String rootDevice;

    @Option(names = "--tpm-support", paramLabel = "v2.0", description = "With a NitroTPM.")
    private String tpmSupport;

    @Option(
        names = "--imds-support",
        paramLabel = "v2.0",
        description = "With version 2 of the instance metadata service only.")
    private String imdsSupport;
  }

  boolean allowProductCodes() {
    return made.allowProductCodes;
  }

  boolean fillHoles() {
    return made.fillHoles;
  }

  boolean encrypt() {
    return made.encrypt || made.kmsKeyArn != null;
  }

  Optional<String> kmsKeyArn() {
    return Optional.ofNullable(made.kmsKeyArn);
  }

  int timeoutMinutes() {
    return Optional.ofNullable(made.timeoutMinutes).orElse(SnapshotRequest.MAX_TIMEOUT_MINUTES);
  }

  Map<String, String> tags() {
    return made.tags;
  }

  boolean taskTag() {
    return !made.noTaskTag;
  }

  /** All that was given, by the options' names. */
  Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("--encrypt", made.encrypt ? "given" : "");
    given.put("--kms-key-id", kmsKeyArn().orElse(""));
    given.put("--fill-holes", made.fillHoles ? "given" : "");
    given.put("--snapshot-timeout", Integer.toString(timeoutMinutes()));
    given.put("--allow-product-codes", made.allowProductCodes ? "given" : "");
    given.put("--tag", made.tags.isEmpty() ? "" : made.tags.toString());
    given.put("--no-task-tag", made.noTaskTag ? "given" : "");
    given.put("the image's attributes", attributes() + " " + ec2Attributes());
    return given;
  }

  /** Attributes of an image, by the manifest's names. */
  Map<String, String> attributes() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("description", made.description);
    given.put("architecture", made.architecture);
    given.put("bootMode", made.bootMode);
    return withoutNull(given);
  }

  /** Attributes of an image that only EC2 knows of, by the manifest's names. */
  Map<String, String> ec2Attributes() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("rootDeviceName", made.rootDevice);
    given.put("tpmSupport", made.tpmSupport);
    given.put("imdsSupport", made.imdsSupport);
    return withoutNull(given);
  }

  private static Map<String, String> withoutNull(Map<String, String> given) {
    given.values().removeIf(value -> value == null);
    return given;
  }
}

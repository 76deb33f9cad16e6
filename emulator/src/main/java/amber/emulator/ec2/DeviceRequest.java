package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One device of a request as sent, checked as far as that needs no look at the region.
 *
 * @param volume what was sent of a volume, if the device is one
 */
record DeviceRequest(
    String deviceName, Optional<Volume> volume, Optional<String> virtualName, boolean noDevice) {

  private static final Pattern NAME = Pattern.compile("(/dev/)?(sd|xvd|hd)[a-z]{1,2}\\d{0,2}");
  private static final Pattern EPHEMERAL = Pattern.compile("ephemeral(\\d|1\\d|2[0-3])");
  private static final int LEAST_INITIALIZATION = 100;
  private static final int MOST_INITIALIZATION = 300;

  /** A volume as sent. */
  record Volume(
      Optional<String> snapshotId,
      Optional<Integer> sizeGiB,
      Optional<String> type,
      Optional<Integer> iops,
      Optional<Integer> throughputMiB,
      Optional<Boolean> deleteOnTermination,
      Optional<Boolean> encrypted) {}

  /** Reads one {@code BlockDeviceMapping.N}. */
  static DeviceRequest read(Parameters parameters) throws FailureException {
    String name = parameters.required("DeviceName");
    if (!NAME.matcher(name).matches()) {
      throw Ec2Failures.mapping("Invalid device name " + name);
    }
    Parameters ebs = parameters.structure("Ebs");
    Optional<Volume> volume = ebs.any() ? Optional.of(volume(name, ebs)) : Optional.empty();
    Optional<String> virtualName = parameters.text("VirtualName");
    boolean noDevice = parameters.text("NoDevice").isPresent();
    int kinds =
        (volume.isPresent() ? 1 : 0) + (virtualName.isPresent() ? 1 : 0) + (noDevice ? 1 : 0);
    if (kinds == 0) {
      throw Ec2Failures.mapping("Either snapshot ID or volume size must be provided for: " + name);
    }
    if (kinds > 1) {
      throw Ec2Failures.mapping(
          "Only one of a volume, a virtual name and no device can be provided for: " + name);
    }
    if (virtualName.isPresent() && !EPHEMERAL.matcher(virtualName.get()).matches()) {
      throw Ec2Failures.mapping(
          "The virtual name '%s' of the device %s is invalid".formatted(virtualName.get(), name));
    }
    return new DeviceRequest(name, volume, virtualName, noDevice);
  }

  private static Volume volume(String device, Parameters ebs) throws FailureException {
    refuse(ebs, "KmsKeyId", device);
    refuse(ebs, "AvailabilityZone", device);
    refuse(ebs, "AvailabilityZoneId", device);
    refuse(ebs, "OutpostArn", device);
    ebs.integer("EbsCardIndex");
    Volume volume =
        new Volume(
            ebs.text("SnapshotId"),
            ebs.integer("VolumeSize"),
            ebs.text("VolumeType"),
            ebs.integer("Iops"),
            ebs.integer("Throughput"),
            ebs.bool("DeleteOnTermination"),
            ebs.bool("Encrypted"));
    if (volume.snapshotId().isEmpty() && volume.sizeGiB().isEmpty()) {
      throw Ec2Failures.mapping(
          "Either snapshot ID or volume size must be provided for: " + device);
    }
    if (volume.snapshotId().isPresent() && volume.encrypted().isPresent()) {
      throw Ec2Failures.mapping(
          "the encrypted flag cannot be specified since device "
              + device
              + " has a snapshot specified.");
    }
    checkInitialization(ebs, volume);
    return volume;
  }

  private static void checkInitialization(Parameters ebs, Volume volume) throws FailureException {
    // Accepted and never shown again: DescribeImages does not have it.
    Optional<Integer> rate = ebs.integer("VolumeInitializationRate");
    if (rate.isPresent()
        && (volume.snapshotId().isEmpty()
            || rate.get() < LEAST_INITIALIZATION
            || rate.get() > MOST_INITIALIZATION)) {
      throw Ec2Failures.invalid(
          ebs.name("VolumeInitializationRate"),
          rate.get().toString(),
          "Expecting %d to %d, for a volume from a snapshot"
              .formatted(LEAST_INITIALIZATION, MOST_INITIALIZATION));
    }
  }

  private static void refuse(Parameters ebs, String name, String device) throws FailureException {
    if (ebs.text(name).isPresent()) {
      throw Ec2Failures.mapping(
          "The parameter %s is not supported for this operation, device %s"
              .formatted(name, device));
    }
  }
}

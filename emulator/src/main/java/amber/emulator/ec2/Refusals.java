package amber.emulator.ec2;

import amber.emulator.state.Partition;
import java.io.IOException;
import java.util.Optional;

/** Operations that exist to be refused, so that a client meets the refusal that AWS would give. */
final class Refusals {

  /** The tasks that store images in S3 and restore them. */
  static final Operation STORE_TASKS =
      call -> {
        throw Ec2Failures.unsupported(
            "Tasks that store and restore images are not supported in " + call.region().name());
      };

  private Refusals() {}

  /**
   * CopyImage: across partitions because AWS cannot, within one because the emulator has no use for
   * it.
   */
  static void copyImage(Call call) throws IOException {
    Parameters parameters = call.parameters();
    RegisterRequest.checkName(parameters.required("Name"));
    String source = parameters.required("SourceImageId");
    Images.check(source);
    String region = parameters.required("SourceRegion");
    parameters.text("ClientToken");
    parameters.text("Description");
    parameters.flag("Encrypted");
    parameters.text("KmsKeyId");
    parameters.flag("CopyImageTags");
    parameters.text("DestinationOutpostArn");
    parameters.text("DestinationAvailabilityZone");
    parameters.text("DestinationAvailabilityZoneId");
    parameters.text("SnapshotCopyCompletionDurationMinutes");
    TagRequest.specifications(parameters, "image");
    Optional<Partition> from = Partition.ofRegion(region);
    if (from.filter(call.region().partition()::equals).isEmpty()) {
      // To a region of one partition, those of another do not exist.
      throw Ec2Failures.invalid("Invalid source region: " + region);
    }
    call.ready();
    throw Ec2Failures.unsupported("Images cannot be copied here. Pack and unpack them.");
  }

  /** CopySnapshot: the same. */
  static void copySnapshot(Call call) throws IOException {
    Parameters parameters = call.parameters();
    SnapshotLookup.check(parameters.required("SourceSnapshotId"));
    String region = parameters.required("SourceRegion");
    if (Partition.ofRegion(region).filter(call.region().partition()::equals).isEmpty()) {
      throw Ec2Failures.of(
          "SnapshotCopyUnsupported.InterRegion",
          "Snapshots cannot be copied from " + region + " to " + call.region().name());
    }
    throw Ec2Failures.unsupported("Snapshots cannot be copied here.");
  }
}

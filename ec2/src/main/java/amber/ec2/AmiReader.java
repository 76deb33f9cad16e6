package amber.ec2;

import amber.block.Block;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Volume;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;

/** Describes images of EC2 wholly, as what an archive holds of them. */
public final class AmiReader {

  /** The attribute of an image under which everything is that only EC2 knows of. */
  public static final String EC2 = "ec2";

  /** What is noted of an image whose UEFI variables may not be read. */
  public static final String UNREAD_UEFI_DATA =
      "UEFI variables: may not be read, and Secure Boot keys may be among them";

  private final Ec2Connection aws;

  /** A reader. */
  public AmiReader(Ec2Connection aws) {
    this.aws = aws;
  }

  /**
   * Describes an image, its devices, and the snapshots behind them.
   *
   * @throws NoSuchFileException if there is no such image
   * @throws InvalidImageException if it has no snapshot
   */
  public Ami describe(String imageId) throws IOException {
    Map<String, SnapshotDescription> shown = new HashMap<>();
    var found = image(imageId);
    for (String snapshotId : snapshotIds(found)) {
      shown.put(snapshotId, SnapshotDescription.of(aws, snapshotId));
    }
    return describe(found, shown::get);
  }

  /**
   * Describes an image as far as that is not known.
   *
   * @param shown what EC2 says of each of its snapshots
   */
  Ami describe(
      software.amazon.awssdk.services.ec2.model.Image found,
      Function<String, SnapshotDescription> shown)
      throws IOException {
    List<BlockDeviceMapping> devices = sorted(found);
    List<String> snapshotIds = snapshotIds(found);
    List<Volume> volumes = new ArrayList<>();
    List<Object> snapshots = new ArrayList<>();
    for (String snapshotId : snapshotIds) {
      SnapshotDescription snapshot = shown.apply(snapshotId);
      String device =
          devices.stream()
              .filter(each -> each.ebs() != null && snapshotId.equals(each.ebs().snapshotId()))
              .map(BlockDeviceMapping::deviceName)
              .findFirst()
              .orElseThrow();
      volumes.add(new Volume(volumes.size(), snapshot.sizeBytes(), Optional.of(device)));
      snapshots.add(snapshot(snapshot));
    }
    List<String> notes = new ArrayList<>();
    Attributes.Builder ec2 = ec2(found, notes);
    ec2.put("devices", devices.stream().map(each -> device(each, snapshotIds)).toList());
    ec2.put("snapshots", snapshots);
    notRestorable(found, notes);
    if (ec2.build().containsKey("launchPermissions")) {
      notes.add("sharing: the image is shared with others");
    }
    ec2.put("notRestorable", List.copyOf(notes));
    return new Ami(new Image(attributes(found, ec2), volumes), snapshotIds, notes);
  }

  /**
   * An image's attributes in whatever state it is, as an archive would hold them, but without what
   * is to be known of its snapshots.
   *
   * @throws NoSuchFileException if there is no such image
   */
  public Map<String, Object> attributes(String imageId) throws IOException {
    var found = find(imageId);
    List<String> snapshotIds = allSnapshotIds(found);
    Attributes.Builder ec2 = ec2(found, new ArrayList<>());
    ec2.put("devices", sorted(found).stream().map(each -> device(each, snapshotIds)).toList());
    return attributes(found, ec2);
  }

  private static Map<String, Object> attributes(
      software.amazon.awssdk.services.ec2.model.Image found, Attributes.Builder ec2) {
    return new Attributes.Builder()
        .put("id", found.imageId())
        .put("name", found.name())
        .put("description", found.description())
        .put("createdAt", found.creationDate())
        .put("architecture", found.architectureAsString())
        .put("bootMode", found.bootModeAsString())
        .put("tags", Tags.map(found.tags()))
        .put(EC2, ec2.build())
        .build();
  }

  /** The snapshots behind an image's devices, each once. */
  static List<String> snapshotIds(software.amazon.awssdk.services.ec2.model.Image found)
      throws InvalidImageException {
    List<String> snapshotIds = allSnapshotIds(found);
    if (snapshotIds.isEmpty() || snapshotIds.size() > Image.MAX_VOLUMES) {
      throw new InvalidImageException(
          found.imageId(),
          "has %d snapshots (root device type %s), should have 1 to %d"
              .formatted(snapshotIds.size(), found.rootDeviceTypeAsString(), Image.MAX_VOLUMES));
    }
    return snapshotIds;
  }

  private static List<String> allSnapshotIds(
      software.amazon.awssdk.services.ec2.model.Image found) {
    return sorted(found).stream()
        .map(BlockDeviceMapping::ebs)
        .filter(ebs -> ebs != null && ebs.snapshotId() != null)
        .map(EbsBlockDevice::snapshotId)
        .distinct()
        .toList();
  }

  /** What EC2 shows of an image that can be packed. */
  software.amazon.awssdk.services.ec2.model.Image image(String imageId) throws IOException {
    var found = find(imageId);
    String state = found.stateAsString();
    if (!state.equals("available") && !state.equals("disabled")) {
      throw new InvalidImageException(
          imageId, "is %s, should be available or disabled".formatted(state));
    }
    return found;
  }

  /** What EC2 shows of an image, in whatever state it is. */
  software.amazon.awssdk.services.ec2.model.Image find(String imageId) throws IOException {
    DescribeImagesResponse answer =
        aws.await(
            imageId,
            () ->
                aws.ec2()
                    .describeImages(
                        r -> r.imageIds(imageId).includeDeprecated(true).includeDisabled(true)));
    if (answer.images().size() != 1) {
      throw new NoSuchFileException(imageId, null, "EC2 shows no such image in this region");
    }
    return answer.images().get(0);
  }

  /** The root first, the others by name: EC2 promises no order. */
  private static List<BlockDeviceMapping> sorted(
      software.amazon.awssdk.services.ec2.model.Image found) {
    return found.blockDeviceMappings().stream()
        .sorted(
            Comparator.comparing(
                    (BlockDeviceMapping each) -> !each.deviceName().equals(found.rootDeviceName()))
                .thenComparing(BlockDeviceMapping::deviceName))
        .toList();
  }

  private Attributes.Builder ec2(
      software.amazon.awssdk.services.ec2.model.Image found, List<String> notes)
      throws IOException {
    Attributes.Builder ec2 = new Attributes.Builder();
    ec2.put("region", aws.settings().region().id())
        .put("ownerId", found.ownerId())
        .put("ownerAlias", found.imageOwnerAlias())
        .put("location", found.imageLocation())
        .put("state", found.stateAsString())
        .put("stateReason", found.stateReason() == null ? null : found.stateReason().message())
        .put("imageAllowed", found.imageAllowed())
        .put("freeTierEligible", found.freeTierEligible())
        .put("virtualizationType", found.virtualizationTypeAsString())
        .put("hypervisor", found.hypervisorAsString())
        .put("imageType", found.imageTypeAsString())
        .put("rootDeviceName", found.rootDeviceName())
        .put("rootDeviceType", found.rootDeviceTypeAsString())
        .put("enaSupport", found.enaSupport())
        .put("sriovNetSupport", found.sriovNetSupport())
        .put("tpmSupport", found.tpmSupportAsString())
        .put("imdsSupport", found.imdsSupportAsString())
        .put("kernelId", found.kernelId())
        .put("ramdiskId", found.ramdiskId())
        .put("uefiData", uefiData(found.imageId(), notes))
        .put("platform", found.platformAsString())
        .put("platformDetails", found.platformDetails())
        .put("usageOperation", found.usageOperation())
        .put("productCodes", productCodes(found))
        .put("public", found.publicLaunchPermissions())
        .put("launchPermissions", launchPermissions(found.imageId()))
        .put("deprecationTime", found.deprecationTime())
        .put("deregistrationProtection", found.deregistrationProtection())
        .put("sourceImageId", found.sourceImageId())
        .put("sourceImageRegion", found.sourceImageRegion())
        .put("sourceInstanceId", found.sourceInstanceId())
        .put("lastLaunchedTime", found.lastLaunchedTime());
    return ec2;
  }

  private String uefiData(String imageId, List<String> notes) throws IOException {
    try {
      var value = attribute(imageId, "uefiData").uefiData();
      return value == null ? null : value.value();
    } catch (AccessDeniedException e) {
      notes.add(UNREAD_UEFI_DATA);
      return null;
    }
  }

  private List<Map<String, Object>> launchPermissions(String imageId) throws IOException {
    try {
      List<Map<String, Object>> permissions = new ArrayList<>();
      for (LaunchPermission each : attribute(imageId, "launchPermission").launchPermissions()) {
        permissions.add(
            new Attributes.Builder()
                .put("userId", each.userId())
                .put("group", each.groupAsString())
                .put("organizationArn", each.organizationArn())
                .put("organizationalUnitArn", each.organizationalUnitArn())
                .build());
      }
      return permissions;
    } catch (AccessDeniedException e) {
      // Only the owner sees whom an image is shared with.
      return List.of();
    }
  }

  private DescribeImageAttributeResponse attribute(String imageId, String name) throws IOException {
    return aws.await(
        imageId, () -> aws.ec2().describeImageAttribute(r -> r.imageId(imageId).attribute(name)));
  }

  private static List<Map<String, Object>> productCodes(
      software.amazon.awssdk.services.ec2.model.Image found) {
    return found.productCodes().stream()
        .map(
            code ->
                new Attributes.Builder()
                    .put("id", code.productCodeId())
                    .put("type", code.productCodeTypeAsString())
                    .build())
        .toList();
  }

  private static Map<String, Object> device(BlockDeviceMapping device, List<String> snapshotIds) {
    Attributes.Builder fields = new Attributes.Builder().put("device", device.deviceName());
    fields.put("virtualName", device.virtualName());
    if (device.noDevice() != null) {
      fields.put("noDevice", true);
    }
    EbsBlockDevice ebs = device.ebs();
    if (ebs != null) {
      fields
          .put("volume", ebs.snapshotId() == null ? null : snapshotIds.indexOf(ebs.snapshotId()))
          .put("sizeGiB", ebs.volumeSize())
          .put("volumeType", ebs.volumeTypeAsString())
          .put("iops", ebs.iops())
          .put("throughputMiB", ebs.throughput())
          .put("deleteOnTermination", ebs.deleteOnTermination())
          .put("encrypted", ebs.encrypted())
          .put("outpostArn", ebs.outpostArn());
    }
    return fields.build();
  }

  static Map<String, Object> snapshot(SnapshotDescription snapshot) {
    return new Attributes.Builder()
        .put("id", snapshot.id())
        .put("ownerId", snapshot.ownerId())
        .put("sizeGiB", snapshot.sizeGiB())
        .put("description", snapshot.description().orElse(null))
        .put("startedAt", snapshot.startTime().map(Object::toString).orElse(null))
        .put("encrypted", snapshot.encrypted())
        .put("kmsKeyId", snapshot.kmsKeyId().orElse(null))
        .put("blockBytes", Block.SIZE)
        .put("tags", snapshot.tags())
        .build();
  }

  private static void notRestorable(
      software.amazon.awssdk.services.ec2.model.Image found, List<String> notes) {
    if (found.usageOperation() != null && !found.usageOperation().equals("RunInstances")) {
      notes.add(
          "billing: %s (%s); a new image of it is billed as Linux"
              .formatted(found.platformDetails(), found.usageOperation()));
    }
    for (var code : found.productCodes()) {
      notes.add("product code: " + code.productCodeId());
    }
    if (found.deprecationTime() != null) {
      notes.add("deprecation: " + found.deprecationTime());
    }
    String protection = found.deregistrationProtection();
    if (protection != null && !protection.equals("disabled")) {
      notes.add("deregistration protection: " + protection);
    }
    if (Boolean.TRUE.equals(found.publicLaunchPermissions())) {
      notes.add("sharing: the image is public");
    }
    if (found.kernelId() != null || found.ramdiskId() != null) {
      notes.add("kernel and ramdisk: their ids belong to one region");
    }
  }
}

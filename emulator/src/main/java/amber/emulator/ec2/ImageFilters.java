package amber.emulator.ec2;

import amber.emulator.state.EbsDevice;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The filters of DescribeImages. */
final class ImageFilters {

  private static final String DEVICE = "block-device-mapping.";

  static final FilterSet<ImageView> ALL = origins(devices(plain()));

  private ImageFilters() {}

  private static FilterSet<ImageView> plain() {
    return new FilterSet<>(ImageView::tags)
        .one("architecture", view -> view.registration().architecture())
        .one("creation-date", view -> Times.text(view.image().creationDate()))
        .optional("description", view -> view.registration().description())
        .one("ena-support", view -> view.registration().enaSupport())
        .one("free-tier-eligible", view -> false)
        .one("hypervisor", view -> "xen")
        .one("image-allowed", view -> true)
        .one("image-id", ImageView::id)
        .one("image-type", view -> "machine")
        .one("is-public", view -> Images.isPublic(view.image()))
        .optional("kernel-id", view -> view.registration().kernelId())
        .one("manifest-location", ImageView::location)
        .one("name", view -> view.registration().name())
        .optional("platform", ImageView::platform)
        .optional("ramdisk-id", view -> view.registration().ramdiskId())
        .optional("root-device-name", view -> view.registration().rootDeviceName())
        .one("root-device-type", ImageView::rootDeviceType)
        .one("state", view -> view.image().life().state().wire())
        .optional("sriov-net-support", view -> view.registration().sriovNetSupport())
        .one("virtualization-type", view -> view.registration().virtualizationType())
        .optional("boot-mode", view -> view.registration().bootMode())
        .optional("tpm-support", view -> view.registration().tpmSupport())
        .optional("imds-support", view -> view.registration().imdsSupport());
  }

  private static FilterSet<ImageView> origins(FilterSet<ImageView> filters) {
    return filters
        .optional("owner-alias", view -> Owners.alias(view.image().ownerId()))
        .one("owner-id", view -> view.image().ownerId())
        .many(
            "product-code",
            view -> view.image().billing().productCodes().stream().map(code -> code.id()))
        .many(
            "product-code.type",
            view -> view.image().billing().productCodes().stream().map(code -> code.type()))
        .optional("source-image-id", view -> view.image().origin().sourceImageId())
        .optional("source-image-region", view -> view.image().origin().sourceImageRegion())
        .optional("source-instance-id", view -> view.image().origin().sourceInstanceId())
        .many("state-reason-code", view -> Stream.empty())
        .many("state-reason-message", view -> Stream.empty());
  }

  private static FilterSet<ImageView> devices(FilterSet<ImageView> filters) {
    return filters
        .many(
            DEVICE + "device-name",
            view -> view.registration().devices().stream().map(device -> device.deviceName()))
        .many(DEVICE + "snapshot-id", volumes(EbsDevice::snapshotId))
        .many(DEVICE + "volume-size", volumes(ebs -> Optional.of(ebs.volumeSizeGiB())))
        .many(DEVICE + "volume-type", volumes(ebs -> Optional.of(ebs.volumeType())))
        .many(DEVICE + "encrypted", volumes(ebs -> Optional.of(ebs.encrypted())))
        .many(
            DEVICE + "delete-on-termination",
            volumes(ebs -> Optional.of(ebs.deleteOnTermination())));
  }

  private static Function<ImageView, Stream<String>> volumes(
      Function<EbsDevice, Optional<?>> value) {
    return view ->
        view.registration().devices().stream()
            .flatMap(device -> device.ebs().stream())
            .flatMap(ebs -> value.apply(ebs).stream())
            .map(Object::toString);
  }
}

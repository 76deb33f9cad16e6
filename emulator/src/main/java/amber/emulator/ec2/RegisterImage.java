package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Billing;
import amber.emulator.state.DeviceMapping;
import amber.emulator.state.EbsDevice;
import amber.emulator.state.Image;
import amber.emulator.state.ImageLife;
import amber.emulator.state.ImageState;
import amber.emulator.state.Origin;
import amber.emulator.state.Registration;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.StorageTier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** RegisterImage. */
final class RegisterImage {

  private static final int MOST_IMAGES = 50_000;

  private RegisterImage() {}

  static void run(Call call) throws IOException {
    RegisterRequest request = RegisterRequest.read(call.parameters());
    call.ready();
    Images images = Images.of(call);
    images.checkNameFree(request.name());
    checkKernel(images, request.kernelId());
    checkKernel(images, request.ramdiskId());
    List<DeviceMapping> devices = new ArrayList<>();
    Billing billing = Billing.LINUX;
    for (DeviceRequest asked : request.devices()) {
      boolean root = asked.deviceName().equals(request.rootDeviceName());
      DeviceMapping device = device(call, asked, root);
      Optional<Billing> here = billing(call, device);
      if (root) {
        billing = here.orElse(Billing.LINUX);
      } else if (here.filter(other -> !other.productCodes().isEmpty()).isPresent()) {
        throw Ec2Failures.notPermitted(
            "The snapshot of the device '%s' has product codes, which only a root volume may have"
                .formatted(asked.deviceName()));
      }
      devices.add(device);
    }
    checkQuota(call, images);
    Image image = image(call, request, devices, billing);
    call.region().images().put(image);
    call.xml().text("imageId", image.id());
  }

  private static Image image(
      Call call, RegisterRequest request, List<DeviceMapping> devices, Billing billing) {
    Registration registration =
        new Registration(
            request.name(),
            request.description(),
            request.architecture(),
            request.virtualizationType(),
            Optional.of(request.rootDeviceName()),
            devices,
            request.firmware().bootMode(),
            request.firmware().tpmSupport(),
            request.firmware().imdsSupport(),
            request.enaSupport(),
            request.sriovNetSupport(),
            request.kernelId(),
            request.ramdiskId(),
            request.firmware().uefiData());
    ImageLife life = ImageLife.available(call.now().plus(call.rules().imageDelay()));
    boolean pending = !call.rules().pendingFor().isZero();
    return new Image(
        call.region().newId("ami"),
        call.caller(),
        call.now(),
        registration,
        Origin.NONE,
        billing,
        pending ? life.withState(ImageState.PENDING) : life,
        List.of(),
        request.tags());
  }

  private static DeviceMapping device(Call call, DeviceRequest asked, boolean root)
      throws IOException {
    if (asked.volume().isEmpty()) {
      return new DeviceMapping(
          asked.deviceName(), Optional.empty(), asked.virtualName(), asked.noDevice());
    }
    DeviceRequest.Volume volume = asked.volume().get();
    Optional<Snapshot> snapshot = Optional.empty();
    if (volume.snapshotId().isPresent()) {
      snapshot = Optional.of(usable(call, volume.snapshotId().get()));
    }
    int size = snapshot.isPresent() ? size(volume, snapshot.get()) : volume.sizeGiB().orElseThrow();
    VolumeType type =
        volume.type().isPresent() ? VolumeType.of(volume.type().get()) : VolumeType.USUAL;
    type.checkSize(size);
    Optional<Integer> iops = type.iops(volume.iops(), size);
    EbsDevice ebs =
        new EbsDevice(
            volume.snapshotId(),
            size,
            type.wire(),
            iops,
            type.throughput(volume.throughputMiB(), iops),
            volume.deleteOnTermination().orElse(root),
            snapshot.map(Snapshot::encrypted).orElse(volume.encrypted().orElse(false)));
    return new DeviceMapping(asked.deviceName(), Optional.of(ebs), Optional.empty(), false);
  }

  private static int size(DeviceRequest.Volume volume, Snapshot snapshot) throws FailureException {
    int size = volume.sizeGiB().orElse(snapshot.volumeSizeGiB());
    if (size < snapshot.volumeSizeGiB()) {
      throw Ec2Failures.mapping(
          "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB"
              .formatted(size, snapshot.id(), snapshot.volumeSizeGiB()));
    }
    return size;
  }

  private static Snapshot usable(Call call, String id) throws IOException {
    Snapshot snapshot = SnapshotLookup.visible(call, id);
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw Ec2Failures.wrongState(
          "Snapshot is in invalid state - " + snapshot.state().wire() + ": " + id);
    }
    if (snapshot.storageTier() == StorageTier.ARCHIVE) {
      throw Ec2Failures.wrongState("Snapshot is archived: " + id);
    }
    return snapshot;
  }

  private static Optional<Billing> billing(Call call, DeviceMapping device) {
    return device
        .ebs()
        .flatMap(EbsDevice::snapshotId)
        .flatMap(id -> call.region().snapshots().life(id).billing());
  }

  /** Kernels are of one region only; the ones here are those that an image here has. */
  private static void checkKernel(Images images, Optional<String> id) throws IOException {
    if (id.isPresent()) {
      boolean known =
          images.all().stream()
              .map(Image::registration)
              .anyMatch(other -> id.equals(other.kernelId()) || id.equals(other.ramdiskId()));
      if (!known) {
        throw Ec2Failures.imageNotFound(List.of(id.get()));
      }
    }
  }

  private static void checkQuota(Call call, Images images) throws IOException {
    long own = images.all().stream().filter(image -> image.ownerId().equals(call.caller())).count();
    if (own >= MOST_IMAGES) {
      throw Ec2Failures.of(
          "ResourceLimitExceeded",
          "You have reached your quota of " + MOST_IMAGES + " images for this Region.");
    }
  }
}

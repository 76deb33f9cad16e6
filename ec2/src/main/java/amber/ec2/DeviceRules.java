package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Volume;
import amber.work.Preflight;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What EC2 demands of the devices of an image. */
final class DeviceRules {

  private static final long GIB = 1L << 30;

  /** What a type of volume can be: its size in GiB, and where it has them, its IOPS. */
  private record Type(int leastGiB, int mostGiB, int leastIops, int mostIops, boolean needsIops) {}

  private static final Map<String, Type> TYPES =
      Map.of(
          "gp2", new Type(1, 16_384, 0, 0, false),
          "gp3", new Type(1, 65_536, 3_000, 80_000, false),
          "io1", new Type(4, 16_384, 100, 64_000, true),
          "io2", new Type(4, 65_536, 100, 256_000, true),
          "st1", new Type(125, 16_384, 0, 0, false),
          "sc1", new Type(125, 16_384, 0, 0, false),
          "standard", new Type(1, 1_024, 0, 0, false));
  private static final int LEAST_THROUGHPUT = 125;
  private static final int MOST_THROUGHPUT = 2_000;

  private final Image image;
  private final String location;
  private final Preflight preflight;

  DeviceRules(Image image, String location, Preflight preflight) {
    this.image = image;
    this.location = location;
    this.preflight = preflight;
  }

  void check() throws IOException {
    Attributes ec2 = new Attributes(location, image.attributes()).object(AmiReader.EC2);
    List<Attributes> devices = ec2.objects("devices");
    if (devices.isEmpty()) {
      // An image that was no AMI: its devices are made up, and each has the size of its volume.
      RegistrationRequest.requireDeviceNames(image, location);
      return;
    }
    Set<String> names = new HashSet<>();
    for (Attributes device : devices) {
      String name = device.text("device").orElse("");
      preflight.check(() -> requireName(names, name));
      preflight.check(() -> checkVolume(device, name));
    }
    String root = ec2.text("rootDeviceName").orElse("");
    boolean bootable = false;
    for (Attributes device : devices) {
      bootable |=
          device.text("device").orElse("").equals(root) && device.number("volume").isPresent();
    }
    require(bootable, "root device '%s', should be a device with a volume", root);
  }

  private void requireName(Set<String> names, String name) throws InvalidImageException {
    require(!name.isEmpty(), "a device without a name, should have one");
    require(names.add(name), "device %s twice, should be there once", name);
  }

  private void checkVolume(Attributes device, String name) throws IOException {
    Optional<Integer> number = device.number("volume");
    boolean isVolume = number.isPresent() || device.number("sizeGiB").isPresent();
    if (!isVolume) {
      return;
    }
    require(
        number.isEmpty() || (number.get() >= 0 && number.get() < image.volumes().size()),
        "device %s of volume %d, should be one of the %d that are packed",
        name,
        number.orElse(0),
        image.volumes().size());
    int volumeGiB = number.map(n -> gib(image.volumes().get(n))).orElse(1);
    int sizeGiB = device.number("sizeGiB").orElse(volumeGiB);
    require(
        sizeGiB >= volumeGiB,
        "device %s of %d GiB, should be at least the %d GiB of its volume",
        name,
        sizeGiB,
        volumeGiB);
    String typeName = device.text("volumeType").orElse(RegistrationRequest.USUAL_TYPE);
    Type type = TYPES.get(typeName);
    require(
        type != null,
        "device %s of type %s, should be %s",
        name,
        typeName,
        String.join(" or ", TYPES.keySet().stream().sorted().toList()));
    require(
        sizeGiB >= type.leastGiB() && sizeGiB <= type.mostGiB(),
        "device %s of %d GiB, should be %d to %d for %s",
        name,
        sizeGiB,
        type.leastGiB(),
        type.mostGiB(),
        typeName);
    checkSpeed(device, name, typeName, type);
  }

  private void checkSpeed(Attributes device, String name, String typeName, Type type)
      throws IOException {
    Optional<Integer> iops = device.number("iops");
    require(
        iops.isPresent() || !type.needsIops(),
        "device %s without IOPS, should have them for %s",
        name,
        typeName);
    if (iops.isPresent() && type.leastIops() > 0) {
      require(
          iops.get() >= type.leastIops(),
          "device %s with %d IOPS, should be at least %d for %s",
          name,
          iops.get(),
          type.leastIops(),
          typeName);
      warnIfMore(name, iops.get(), type.mostIops(), "IOPS");
    }
    Optional<Integer> throughput = device.number("throughputMiB");
    if (throughput.isPresent() && typeName.equals("gp3")) {
      require(
          throughput.get() >= LEAST_THROUGHPUT,
          "device %s with %d MiB/s, should be at least %d",
          name,
          throughput.get(),
          LEAST_THROUGHPUT);
      warnIfMore(name, throughput.get(), MOST_THROUGHPUT, "MiB/s");
    }
  }

  /** The most has been raised time and again: only EC2 knows it. */
  private void warnIfMore(String name, int value, int most, String unit) {
    if (value > most) {
      preflight.warn(
          "%s: device %s with %d %s, EC2 may take at most %d"
              .formatted(location, name, value, unit, most));
    }
  }

  private static int gib(Volume volume) {
    return (int) ((volume.sizeBytes() + GIB - 1) / GIB);
  }

  private void require(boolean holds, String problem, Object... values)
      throws InvalidImageException {
    if (!holds) {
      throw new InvalidImageException(location, problem.formatted(values));
    }
  }
}

package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Registers an image of snapshots, with every attribute that EC2 lets one set. */
public final class ImageRegistrar {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9()\\[\\] ./\\-'@_]{3,128}");
  private static final String DUPLICATE = "InvalidAMIName.Duplicate";

  private final Ec2Connection aws;
  private final boolean withoutProductCodes;

  /**
   * A registrar.
   *
   * @param withoutProductCodes whether an image with product codes may be registered without them;
   *     the licence may forbid it
   */
  public ImageRegistrar(Ec2Connection aws, boolean withoutProductCodes) {
    this.aws = aws;
    this.withoutProductCodes = withoutProductCodes;
  }

  /**
   * Finds out, before any work, whether an image could be registered under a name.
   *
   * @throws FileAlreadyExistsException if an image of this account and region has the name
   * @throws InvalidImageException if EC2 would not take the name, or the image has product codes
   */
  public void requireRegistrable(Image image, String name) throws IOException {
    requireName(name);
    requireTags(image, name);
    requireNoProductCodes(image, name);
    List<software.amazon.awssdk.services.ec2.model.Image> taken = named(name);
    if (!taken.isEmpty()) {
      throw exists(name, taken.get(0).imageId());
    }
  }

  /**
   * Registers an image and compares what EC2 then shows with what was wanted. If that fails, there
   * is no image.
   *
   * @param snapshotIds the snapshot of each volume, by its number; all can be used
   * @throws FileAlreadyExistsException if an image of this account and region has the name
   */
  public RegisteredImage register(Image image, String name, SortedMap<Integer, String> snapshotIds)
      throws IOException {
    requireName(name);
    requireNoProductCodes(image, name);
    String imageId = send(name, request(image, name, snapshotIds), snapshotIds);
    try {
      Image found = awaitVisible(imageId, name).image();
      return new RegisteredImage(imageId, ImageComparison.differences(image, found));
    } catch (IOException | RuntimeException e) {
      withdraw(imageId, e);
      throw e;
    }
  }

  /** Takes back an image whose registration did not end well. */
  private void withdraw(String imageId, Exception failure) {
    // An interrupt is why we are here, perhaps; what was made is removed all the same.
    boolean interrupted = Thread.interrupted();
    try {
      aws.await(imageId, aws.ec2().deregisterImage(r -> r.imageId(imageId)));
    } catch (IOException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void requireName(String name) throws InvalidImageException {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidImageException(
          "ami:" + name,
          "is no name for an image, should be 3 to 128 letters, digits, blanks and ()[]./-'@_");
    }
  }

  private static void requireTags(Image image, String name) throws InvalidImageException {
    try {
      Tags.require(Tags.settable(image.tags()));
    } catch (IllegalArgumentException e) {
      throw new InvalidImageException("ami:" + name, e.getMessage());
    }
  }

  private void requireNoProductCodes(Image image, String name) throws IOException {
    Attributes ec2 = ec2(image, name);
    if (!withoutProductCodes && !ec2.objects("productCodes").isEmpty()) {
      throw new InvalidImageException(
          "ami:" + name,
          "the image has product codes, which would be lost: its licence may forbid that");
    }
  }

  private static Attributes ec2(Image image, String name) throws InvalidImageException {
    return new Attributes("ami:" + name, image.attributes()).object(AmiReader.EC2);
  }

  /** Whether the image was an AMI: all of these have a device, and nothing else has. */
  static boolean wasAmi(Attributes ec2) throws InvalidImageException {
    return !ec2.objects("devices").isEmpty();
  }

  private static FileAlreadyExistsException exists(String name, String imageId) {
    return new FileAlreadyExistsException(
        "ami:" + name, null, "is the name of " + imageId + " already, should be free");
  }

  private List<software.amazon.awssdk.services.ec2.model.Image> named(String name)
      throws IOException {
    List<software.amazon.awssdk.services.ec2.model.Image> found = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      var page =
          aws.await(
              "ami:" + name,
              aws.ec2()
                  .describeImages(
                      r ->
                          r.owners("self")
                              .filters(Filter.builder().name("name").values(name).build())
                              .includeDisabled(true)
                              .includeDeprecated(true)
                              .nextToken(from)));
      found.addAll(page.images());
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    // In a filter, * and ? stand for others.
    found.removeIf(image -> !name.equals(image.name()));
    return found;
  }

  private String send(
      String name, RegisterImageRequest request, SortedMap<Integer, String> snapshotIds)
      throws IOException {
    try {
      return aws.await("ami:" + name, aws.ec2().registerImage(request)).imageId();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      boolean lost =
          AwsErrors.is(e, AwsException.Kind.TRANSIENT)
              || AwsErrors.is(e, AwsException.Kind.THROTTLED);
      if (!lost && !isDuplicate(e)) {
        throw e;
      }
      // RegisterImage knows no client token: whether a request whose answer was lost, by us or by
      // the SDK before it asked again, has worked is to be seen by its name and our snapshots.
      List<software.amazon.awssdk.services.ec2.model.Image> there = named(name);
      if (!there.isEmpty() && isOf(there.get(0), snapshotIds)) {
        return there.get(0).imageId();
      }
      if (!there.isEmpty()) {
        throw exists(name, there.get(0).imageId());
      }
      if (isDuplicate(e)) {
        throw exists(name, "an image that was there a moment ago, or of one");
      }
      throw e;
    }
  }

  private static boolean isDuplicate(IOException failure) {
    Throwable cause = failure.getCause();
    while (cause instanceof ExecutionException || cause instanceof CompletionException) {
      cause = cause.getCause();
    }
    return cause instanceof AwsServiceException refusal
        && AwsErrors.code(refusal).equals(DUPLICATE);
  }

  /** The snapshots are new: an image of them is ours. */
  private static boolean isOf(
      software.amazon.awssdk.services.ec2.model.Image image,
      SortedMap<Integer, String> snapshotIds) {
    return image.blockDeviceMappings().stream()
        .map(BlockDeviceMapping::ebs)
        .anyMatch(ebs -> ebs != null && snapshotIds.containsValue(ebs.snapshotId()));
  }

  private Ami awaitVisible(String imageId, String name) throws IOException {
    long began = System.nanoTime();
    while (true) {
      IOException notYet;
      try {
        return new AmiReader(aws).describe(imageId);
      } catch (java.nio.file.NoSuchFileException | InvalidImageException e) {
        notYet = e;
      }
      if (System.nanoTime() - began > aws.settings().freshLimit().toNanos()) {
        throw new IOException(
            "ami:%s: registered as %s, which has not become available in %d s: %s"
                .formatted(
                    name, imageId, aws.settings().freshLimit().toSeconds(), notYet.getMessage()),
            notYet);
      }
      try {
        TimeUnit.NANOSECONDS.sleep(aws.settings().poll().toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for " + imageId);
      }
    }
  }

  private static RegisterImageRequest request(
      Image image, String name, SortedMap<Integer, String> snapshotIds) throws IOException {
    Attributes ec2 = ec2(image, name);
    RegisterImageRequest.Builder request = RegisterImageRequest.builder().name(name);
    image.text("description").ifPresent(request::description);
    // EC2's own defaults are i386 and paravirtual, which hardly anybody wants.
    request.architecture(image.text("architecture").orElse("x86_64"));
    request.virtualizationType(ec2.text("virtualizationType").orElse("hvm"));
    image.text("bootMode").ifPresent(request::bootMode);
    ec2.text("tpmSupport").ifPresent(request::tpmSupport);
    ec2.text("imdsSupport").ifPresent(request::imdsSupport);
    ec2.text("sriovNetSupport").ifPresent(request::sriovNetSupport);
    ec2.text("uefiData").ifPresent(request::uefiData);
    // Where nothing is known of the image, it is for today's instances.
    request.enaSupport(ec2.flag("enaSupport").orElse(!wasAmi(ec2)));
    List<BlockDeviceMapping> devices = devices(image, ec2, snapshotIds);
    request.rootDeviceName(ec2.text("rootDeviceName").orElse(devices.get(0).deviceName()));
    request.blockDeviceMappings(devices);
    Map<String, String> tags = Tags.settable(image.tags());
    if (!tags.isEmpty()) {
      request.tagSpecifications(
          TagSpecification.builder()
              .resourceType(ResourceType.IMAGE)
              .tags(Tags.list(tags))
              .build());
    }
    return request.build();
  }

  private static List<BlockDeviceMapping> devices(
      Image image, Attributes ec2, SortedMap<Integer, String> snapshotIds) throws IOException {
    List<BlockDeviceMapping> devices = new ArrayList<>();
    for (Attributes device : ec2.objects("devices")) {
      devices.add(device(device, snapshotIds));
    }
    if (devices.isEmpty()) {
      for (int number = 0; number < image.volumes().size(); number++) {
        String usual = number == 0 ? "/dev/xvda" : "/dev/sd" + (char) ('e' + number);
        String deviceName = image.volumes().get(number).device().orElse(usual);
        String snapshotId = snapshotIds.get(number);
        devices.add(
            BlockDeviceMapping.builder()
                .deviceName(deviceName)
                .ebs(e -> e.snapshotId(snapshotId).volumeType("gp3"))
                .build());
      }
    }
    return devices;
  }

  private static BlockDeviceMapping device(
      Attributes device, SortedMap<Integer, String> snapshotIds) throws IOException {
    BlockDeviceMapping.Builder mapping = BlockDeviceMapping.builder();
    device.text("device").ifPresent(mapping::deviceName);
    Optional<String> virtualName = device.text("virtualName");
    if (virtualName.isPresent()) {
      return mapping.virtualName(virtualName.get()).build();
    }
    if (device.flag("noDevice").orElse(false)) {
      return mapping.noDevice("").build();
    }
    EbsBlockDevice.Builder ebs = EbsBlockDevice.builder();
    Optional<Integer> volume = device.number("volume");
    if (volume.isPresent()) {
      String snapshotId = snapshotIds.get(volume.get());
      if (snapshotId == null) {
        throw new InvalidImageException(
            device.location(),
            "device %s is of volume %d, which has no snapshot"
                .formatted(device.text("device").orElse("?"), volume.get()));
      }
      ebs.snapshotId(snapshotId);
    } else {
      // Only here: of a volume with a snapshot, the snapshot says whether it is encrypted.
      device.flag("encrypted").ifPresent(ebs::encrypted);
    }
    device.number("sizeGiB").ifPresent(ebs::volumeSize);
    device.flag("deleteOnTermination").ifPresent(ebs::deleteOnTermination);
    String type = device.text("volumeType").orElse("gp3");
    ebs.volumeType(type);
    // Of gp2, EC2 shows what the size gives, and does not take it back.
    if (type.equals("gp3") || type.startsWith("io")) {
      device.number("iops").ifPresent(ebs::iops);
    }
    if (type.equals("gp3")) {
      device.number("throughputMiB").ifPresent(ebs::throughput);
    }
    return mapping.ebs(ebs.build()).build();
  }
}

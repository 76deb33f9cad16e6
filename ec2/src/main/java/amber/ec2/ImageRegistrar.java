package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import amber.work.Traffic;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Registers an image of snapshots, with every attribute that EC2 lets one set. */
public final class ImageRegistrar {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9()\\[\\] ./\\-'@_]{3,128}");

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
    requireFree(name);
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
    Registration registration = new Registration(aws, name, snapshotIds.values());
    String imageId = registration.run(RegistrationRequest.of(image, name, snapshotIds));
    Traffic.UnderWay waiting = aws.traffic().waiting();
    try {
      Image found = registration.awaitAvailable(imageId).image();
      return new RegisteredImage(imageId, ImageComparison.differences(image, found, snapshotIds));
    } catch (IOException | RuntimeException e) {
      registration.withdraw(imageId, e);
      throw e;
    } finally {
      waiting.close();
    }
  }

  /**
   * As above, for a run that may end meanwhile: an earlier run's image is found, and one that an
   * interrupt finds on its way stays for a later run.
   */
  public RegisteredImage register(
      Image image, String name, SortedMap<Integer, String> snapshotIds, RegistrationLog log)
      throws IOException {
    requireName(name);
    requireNoProductCodes(image, name);
    Registration registration = new Registration(aws, name, snapshotIds.values());
    String imageId = registration.run(RegistrationRequest.of(image, name, snapshotIds), log);
    try {
      Image found = registration.awaitAvailable(imageId).image();
      return new RegisteredImage(imageId, ImageComparison.differences(image, found, snapshotIds));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (registration.withdraw(imageId, e)) {
        log.withdrawn();
      }
      throw e;
    }
  }

  /**
   * Takes back an image that a run may have registered; that there is none is no failure.
   *
   * @param snapshotIds the image's, by which it is told from others
   */
  public void withdraw(String name, Collection<String> snapshotIds) throws IOException {
    new Registration(aws, name, snapshotIds).withdraw();
  }

  static void requireName(String name) throws InvalidImageException {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidImageException(
          "ami:" + name,
          "is no name for an image, should be 3 to 128 letters, digits, blanks and ()[]./-'@_");
    }
  }

  static void requireTags(Image image, String name) throws InvalidImageException {
    try {
      Tags.require(Tags.settable(image.tags()));
    } catch (IllegalArgumentException e) {
      throw new InvalidImageException("ami:" + name, e.getMessage());
    }
  }

  void requireNoProductCodes(Image image, String name) throws IOException {
    Attributes ec2 = ec2(image, name);
    if (!withoutProductCodes && !ec2.objects("productCodes").isEmpty()) {
      throw new InvalidImageException(
          "ami:" + name,
          "the image has product codes, which would be lost: its licence may forbid that");
    }
  }

  static Attributes ec2(Image image, String name) throws InvalidImageException {
    return new Attributes("ami:" + name, image.attributes()).object(AmiReader.EC2);
  }

  /** Whether the image was an AMI: all of these have a device, and nothing else has. */
  static boolean wasAmi(Attributes ec2) throws InvalidImageException {
    return !ec2.objects("devices").isEmpty();
  }

  void requireFree(String name) throws IOException {
    requireFree(name, Set.of());
  }

  /** As above, but for an image of these snapshots. */
  void requireFree(String name, Set<String> snapshotIds) throws IOException {
    Optional<software.amazon.awssdk.services.ec2.model.Image> taken =
        Registration.named(aws, name).filter(holder -> !Registration.isOf(holder, snapshotIds));
    if (taken.isPresent()) {
      throw Registration.exists(name, taken.get().imageId());
    }
  }
}

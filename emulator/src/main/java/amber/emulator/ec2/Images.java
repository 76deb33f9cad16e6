package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.ImageState;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import amber.emulator.state.Region;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A region's images as they are now, and who may do what with them. What only time changes is
 * settled whenever the images are looked at.
 */
final class Images {

  private static final Pattern ID = Pattern.compile("ami-([0-9a-f]{8}|[0-9a-f]{17})");

  private final Call call;
  private final Region region;
  private final Ec2Rules rules;

  private Images(Call call) {
    this.call = call;
    this.region = call.region();
    this.rules = call.rules();
  }

  static Images of(Call call) {
    return new Images(call);
  }

  /** Refuses what cannot be the id of an image. */
  static void check(String id) throws FailureException {
    if (!ID.matcher(id).matches()) {
      throw Ec2Failures.imageMalformed(id);
    }
  }

  /** All images that the region has a record of, those of the Recycle Bin included. */
  List<Image> all() throws IOException {
    List<Image> all = new ArrayList<>();
    for (Image image : region.images().all()) {
      settle(image).ifPresent(all::add);
    }
    return all;
  }

  /** The images that are registered: neither gone nor in the Recycle Bin. */
  List<Image> registered() throws IOException {
    return all().stream().filter(Images::isRegistered).toList();
  }

  /** An image that the caller may see and use. */
  Image visible(String id) throws IOException {
    Image image = find(id);
    if (!mayLaunch(image)) {
      throw Ec2Failures.notYourImage(id);
    }
    return image;
  }

  /** An image that the caller owns. */
  Image owned(String id) throws IOException {
    Image image = find(id);
    if (!image.ownerId().equals(region.accountId())) {
      throw Ec2Failures.notYourImage(id);
    }
    return image;
  }

  /** An image in the Recycle Bin. */
  Image recycled(String id) throws IOException {
    check(id);
    return any(id)
        .filter(image -> image.life().recycledAt().isPresent())
        .filter(image -> image.ownerId().equals(region.accountId()))
        .orElseThrow(() -> Ec2Failures.imageNotFound(List.of(id)));
  }

  /** The image of this id, whatever state it is in. */
  Optional<Image> any(String id) throws IOException {
    Optional<Image> found = region.images().find(id);
    return found.isPresent() ? settle(found.get()) : found;
  }

  /** Whether the image is old enough for the call to see it. */
  boolean isShown(Image image) {
    return !now().isBefore(image.life().visibleFrom()) && call.sees(image.creationDate());
  }

  /** Whether the owner, somebody it was shared with, or everybody may launch it. */
  boolean mayLaunch(Image image) {
    return image.ownerId().equals(region.accountId())
        || isPublic(image)
        || permits(image, Kind.USER, region.accountId());
  }

  static boolean isPublic(Image image) {
    return permits(image, Kind.GROUP, "all");
  }

  static boolean permits(Image image, Kind kind, String value) {
    return image.launchPermissions().contains(new LaunchPermission(kind, value));
  }

  static boolean isRegistered(Image image) {
    return image.life().state() != ImageState.DEREGISTERED;
  }

  /** The snapshots that an image's devices start from, each once. */
  static List<String> snapshotIds(Image image) {
    return image.registration().devices().stream()
        .flatMap(device -> device.ebs().stream())
        .flatMap(ebs -> ebs.snapshotId().stream())
        .distinct()
        .toList();
  }

  /** Refuses a name that another image has, or had until just now. */
  void checkNameFree(String name) throws IOException {
    for (Image image : registered()) {
      if (image.ownerId().equals(region.accountId()) && image.registration().name().equals(name)) {
        throw Ec2Failures.nameTaken(name, image.id());
      }
    }
    for (DeregisteredImage gone : DeregisteredImage.shelf(region).all()) {
      Instant free = gone.deregisteredAt().plus(rules.nameKeptFor());
      if (gone.name().equals(name)
          && gone.ownerId().equals(region.accountId())
          && now().isBefore(free)) {
        throw Ec2Failures.nameTaken(name, gone.id());
      }
    }
  }

  /** Deregisters an image for good. */
  void bury(Image image) throws IOException {
    DeregisteredImage.shelf(region)
        .put(
            new DeregisteredImage(image.id(), image.ownerId(), image.registration().name(), now()));
    region.images().put(image.withLife(image.life().withState(ImageState.DEREGISTERED)));
    any(image.id());
  }

  private Image find(String id) throws IOException {
    check(id);
    Optional<Image> found = any(id);
    if (found.isPresent() && !isShown(found.get())) {
      throw Ec2Failures.imageNotFound(List.of(id));
    }
    if (found.filter(Images::isRegistered).isPresent()) {
      return found.get();
    }
    if (found.isPresent() || DeregisteredImage.shelf(region).find(id).isPresent()) {
      throw Ec2Failures.imageUnavailable(id);
    }
    throw Ec2Failures.imageNotFound(List.of(id));
  }

  private Optional<Image> settle(Image image) throws IOException {
    ImageState state = image.life().state();
    if (state == ImageState.PENDING
        && !now().isBefore(image.creationDate().plus(rules.pendingFor()))) {
      return region
          .images()
          .update(image.id(), old -> old.withLife(old.life().withState(ImageState.AVAILABLE)));
    }
    if (state != ImageState.DEREGISTERED) {
      return Optional.of(image);
    }
    Optional<Instant> until = image.life().recycledUntil();
    if (until.isPresent()) {
      if (now().isBefore(until.get())) {
        return Optional.of(image);
      }
      DeregisteredImage.shelf(region)
          .put(
              new DeregisteredImage(
                  image.id(), image.ownerId(), image.registration().name(), until.get()));
      region.images().remove(image.id());
      return Optional.empty();
    }
    Instant shown =
        DeregisteredImage.shelf(region)
            .find(image.id())
            .map(gone -> gone.deregisteredAt().plus(rules.deregisteredShownFor()))
            .orElse(Instant.MIN);
    if (now().isBefore(shown)) {
      return Optional.of(image);
    }
    region.images().remove(image.id());
    return Optional.empty();
  }

  private Instant now() {
    return region.clock().instant();
  }
}

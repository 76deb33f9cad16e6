package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.ImageLife;
import amber.emulator.state.ImageLife.Protection;
import amber.emulator.state.ImageState;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import amber.emulator.state.Tiering;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Deprecation, disabling, and the protection from deregistration. */
final class ImageLifecycle {

  private static final int MOST_YEARS = 10;
  private static final int MOST_YEARS_PUBLIC = 2;
  private static final Duration COOLDOWN = Duration.ofHours(24);

  private ImageLifecycle() {}

  static void deprecate(Call call) throws IOException {
    String id = id(call);
    call.parameters().required("DeprecateAt");
    Instant asked = call.parameters().time("DeprecateAt").orElseThrow();
    call.ready();
    Image image = Images.of(call).owned(id);
    Instant time = asked.plusSeconds(30).truncatedTo(ChronoUnit.MINUTES);
    if (time.isBefore(call.now())) {
      throw Ec2Failures.of("InvalidTime", "DeprecateAt cannot be in the past: " + asked);
    }
    Instant latest =
        Images.isPublic(image)
            ? plusYears(image.creationDate(), MOST_YEARS_PUBLIC)
            : plusYears(call.now(), MOST_YEARS);
    if (time.isAfter(latest)) {
      throw Ec2Failures.of(
          "InvalidTime", "DeprecateAt cannot be after " + Times.text(latest) + ": " + asked);
    }
    change(call, id, life -> life.withDeprecationTime(Optional.of(time)));
    call.yes();
  }

  static void undeprecate(Call call) throws IOException {
    String id = id(call);
    call.ready();
    Images.of(call).owned(id);
    change(call, id, life -> life.withDeprecationTime(Optional.empty()));
    call.yes();
  }

  static void disable(Call call) throws IOException {
    String id = id(call);
    call.ready();
    inState(Images.of(call).owned(id), ImageState.AVAILABLE, ImageState.DISABLED);
    change(call, id, life -> life.withState(ImageState.DISABLED));
    // Gone for good: enabling the image does not bring them back.
    call.region().images().update(id, image -> image.withLaunchPermissions(List.of()));
    call.yes();
  }

  static void enable(Call call) throws IOException {
    String id = id(call);
    call.ready();
    Image image = Images.of(call).owned(id);
    inState(image, ImageState.DISABLED, ImageState.AVAILABLE);
    for (String snapshotId : Images.snapshotIds(image)) {
      checkAtHand(call, image, snapshotId);
    }
    change(call, id, life -> life.withState(ImageState.AVAILABLE));
    call.yes();
  }

  static void protect(Call call) throws IOException {
    String id = id(call);
    boolean cooldown = call.parameters().flag("WithCooldown");
    call.ready();
    Images.of(call).owned(id);
    Protection protection = cooldown ? Protection.ENABLED_WITH_COOLDOWN : Protection.ENABLED;
    change(call, id, life -> life.withProtection(protection, Optional.empty()));
    call.xml().text("return", "true");
  }

  static void unprotect(Call call) throws IOException {
    String id = id(call);
    call.ready();
    ImageLife before = Images.of(call).owned(id).life();
    Optional<Instant> until =
        before.protection() == Protection.ENABLED_WITH_COOLDOWN
            ? Optional.of(call.now().plus(COOLDOWN))
            : before.protectedUntil();
    change(call, id, life -> life.withProtection(Protection.DISABLED, until));
    call.xml().text("return", "true");
  }

  /** Refuses to deregister an image that is protected, or was until less than a day ago. */
  static void checkUnprotected(Call call, Image image) throws FailureException {
    boolean cooling = image.life().protectedUntil().filter(call.now()::isBefore).isPresent();
    if (image.life().protection() != Protection.DISABLED || cooling) {
      throw Ec2Failures.notPermitted(
          "The image "
              + image.id()
              + (cooling
                  ? " is protected from deregistration until "
                      + Times.text(image.life().protectedUntil().get())
                  : " is protected from deregistration"));
    }
  }

  private static String id(Call call) throws FailureException {
    String id = call.parameters().required("ImageId");
    Images.check(id);
    return id;
  }

  private static void inState(Image image, ImageState from, ImageState to) throws FailureException {
    ImageState state = image.life().state();
    if (state != from && state != to) {
      throw Ec2Failures.wrongState(
          "The image %s is %s, and must be %s".formatted(image.id(), state.wire(), from.wire()));
    }
  }

  /** A temporary restore is not enough: the image would lose its snapshot again. */
  private static void checkAtHand(Call call, Image image, String snapshotId) throws IOException {
    Optional<Snapshot> snapshot = call.region().snapshots().find(snapshotId);
    boolean temporary =
        call.region()
            .snapshots()
            .life(snapshotId)
            .tiering()
            .filter(move -> move.kind() == Tiering.Kind.TEMPORARY_RESTORE)
            .isPresent();
    boolean standard =
        snapshot.filter(found -> found.storageTier() == StorageTier.STANDARD).isPresent();
    if (temporary || (snapshot.isPresent() && !standard)) {
      throw Ec2Failures.wrongState(
          "The snapshot %s of the image %s is archived, and must be restored permanently"
              .formatted(snapshotId, image.id()));
    }
  }

  private static Instant plusYears(Instant time, int years) {
    return time.atOffset(ZoneOffset.UTC).plusYears(years).toInstant();
  }

  private static void change(Call call, String id, UnaryOperator<ImageLife> edit)
      throws IOException {
    call.region().images().update(id, image -> image.withLife(edit.apply(image.life())));
  }
}

package amber.ec2;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Response;

/**
 * A change in an image's life that can be asked for twice and be taken back. Only its owner may ask
 * for one. (EC2 API reference, the operations of these names.)
 */
public sealed interface ImageChange {

  /**
   * Others stop seeing the image in lists at a time; whoever has its id goes on launching it.
   *
   * @param at EC2 rounds it to the minute; not past, and at most ten years ahead, or for a public
   *     image two years behind its creation
   */
  record Deprecate(Instant at) implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.enableImageDeprecation(r -> r.imageId(imageId).deprecateAt(at).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return image
          .deprecatedAt()
          .filter(time -> Duration.between(time, at).abs().compareTo(MINUTE) < 0)
          .isPresent();
    }
  }

  /** Others see it in lists again. */
  record Undeprecate() implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.disableImageDeprecation(r -> r.imageId(imageId).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return image.deprecatedAt().isEmpty();
    }
  }

  /** Nobody can launch it, and it is shared with nobody any more. */
  record Disable() implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.disableImage(r -> r.imageId(imageId).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return image.isDisabled();
    }
  }

  /** Its owner can launch it again; with whom it was shared does not come back. */
  record Enable() implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.enableImage(r -> r.imageId(imageId).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return image.state().equals(ImageSummary.AVAILABLE);
    }
  }

  /**
   * It cannot be deregistered.
   *
   * @param cooldown whether that lasts for 24 hours more when the protection is taken off
   */
  record Protect(boolean cooldown) implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.enableImageDeregistrationProtection(
          r -> r.imageId(imageId).withCooldown(cooldown).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return image.isProtected() && image.hasCooldown() == cooldown;
    }
  }

  /** It can be deregistered: at once, or in 24 hours if it has a cool-down. */
  record Unprotect() implements ImageChange {

    @Override
    public CompletableFuture<? extends Ec2Response> send(
        Ec2AsyncClient ec2, String imageId, boolean dryRun) {
      return ec2.disableImageDeregistrationProtection(r -> r.imageId(imageId).dryRun(dryRun));
    }

    @Override
    public boolean isDone(ImageSummary image) {
      return !image.isProtected();
    }
  }

  /** How far EC2 may round a time. */
  Duration MINUTE = Duration.ofMinutes(1);

  /**
   * Asks for it.
   *
   * @param dryRun whether it is only tried out
   */
  CompletableFuture<? extends Ec2Response> send(Ec2AsyncClient ec2, String imageId, boolean dryRun);

  /** Whether the image is so already. */
  boolean isDone(ImageSummary image);
}

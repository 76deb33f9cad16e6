package amber.emulator.state;

import java.time.Instant;
import java.util.Optional;

/**
 * Where an image is in its life.
 *
 * @param visibleFrom from when on DescribeImages shows it; later than its creation when visibility
 *     is delayed
 * @param deprecationTime when others stop seeing it in lists
 * @param protectedUntil while its protection is off but still cooling down, the end of that
 * @param recycledAt when it was deregistered into the Recycle Bin; the state is then {@link
 *     ImageState#DEREGISTERED}
 * @param recycledUntil when the Recycle Bin forgets it
 * @param lastLaunchedTime when an instance was last made of it
 */
public record ImageLife(
    ImageState state,
    Instant visibleFrom,
    Optional<Instant> deprecationTime,
    Protection protection,
    Optional<Instant> protectedUntil,
    Optional<Instant> recycledAt,
    Optional<Instant> recycledUntil,
    Optional<Instant> lastLaunchedTime) {

  /** Whether an image may be deregistered. */
  public enum Protection {
    /** It may be. */
    DISABLED,
    /** It may not be. */
    ENABLED,
    /** It may not be, nor for 24 hours after the protection was taken off. */
    ENABLED_WITH_COOLDOWN
  }

  /** The life of an image that is ready and that nothing has happened to. */
  public static ImageLife available(Instant visibleFrom) {
    return new ImageLife(
        ImageState.AVAILABLE,
        visibleFrom,
        Optional.empty(),
        Protection.DISABLED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same in another state. */
  public ImageLife withState(ImageState newState) {
    return Records.with(this, "state", newState);
  }

  /** The same with another end of its time in lists. */
  public ImageLife withDeprecationTime(Optional<Instant> time) {
    return Records.with(this, "deprecationTime", time);
  }

  /** The same with another protection. */
  public ImageLife withProtection(Protection newProtection, Optional<Instant> until) {
    return Records.with(Records.with(this, "protection", newProtection), "protectedUntil", until);
  }

  /** The same in the Recycle Bin. */
  public ImageLife recycled(Instant from, Instant until) {
    ImageLife gone = withState(ImageState.DEREGISTERED);
    gone = Records.with(gone, "recycledAt", Optional.of(from));
    return Records.with(gone, "recycledUntil", Optional.of(until));
  }

  /** The same, back from the Recycle Bin. */
  public ImageLife recovered() {
    ImageLife back = withState(ImageState.AVAILABLE);
    back = Records.with(back, "recycledAt", Optional.empty());
    return Records.with(back, "recycledUntil", Optional.empty());
  }
}

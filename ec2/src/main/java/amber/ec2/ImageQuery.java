package amber.ec2;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which images of a region are asked for.
 *
 * @param owner {@code self} for the caller's own, {@code shared} for those that were shared with
 *     the caller's account by name, else an account's id, {@code amazon} or {@code aws-marketplace}
 * @param deprecated whether others' that are deprecated are shown, too; one's own always are
 * @param disabled whether those that are disabled are shown, too
 * @param filters of DescribeImages, by name; in a value, {@code *} and {@code ?} stand for others
 * @param olderThan those only that were made longer ago; none for all
 * @param neverLaunched those only of which EC2 knows no launch, and that are older than the day
 *     that it may be late
 */
public record ImageQuery(
    String owner,
    boolean deprecated,
    boolean disabled,
    Map<String, List<String>> filters,
    Optional<Duration> olderThan,
    boolean neverLaunched) {

  /** The caller's own. */
  public static final String SELF = "self";

  /** Those that were shared with the caller's account. */
  public static final String SHARED = "shared";

  /** How late EC2 may tell of a launch. */
  public static final Duration LAUNCHES_LATE = Duration.ofDays(1);

  /**
   * Copies the filters.
   *
   * @throws IllegalArgumentException if launches are asked for of images that are not one's own:
   *     EC2 does not tell
   */
  public ImageQuery {
    filters = new LinkedHashMap<>(filters);
    filters.replaceAll((name, values) -> List.copyOf(values));
    if (neverLaunched && !owner.equals(SELF)) {
      throw new IllegalArgumentException("EC2 tells of launches to an image's owner only");
    }
  }

  /** All of the caller's own that are not disabled. */
  public static ImageQuery own() {
    return new ImageQuery(SELF, true, false, Map.of(), Optional.empty(), false);
  }

  /** The same with those that are disabled. */
  public ImageQuery withDisabled() {
    return new ImageQuery(owner, deprecated, true, filters, olderThan, neverLaunched);
  }

  /** The same with one more filter. */
  public ImageQuery with(String filter, List<String> values) {
    Map<String, List<String>> more = new LinkedHashMap<>(filters);
    more.put(filter, values);
    return new ImageQuery(owner, deprecated, disabled, more, olderThan, neverLaunched);
  }
}

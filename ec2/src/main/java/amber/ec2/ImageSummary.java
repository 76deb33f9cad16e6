package amber.ec2;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;

/**
 * An image as a list of EC2 shows it.
 *
 * @param name none if it is being made, or was made wrongly
 * @param state as EC2 words it, such as {@code available} or {@code disabled}
 * @param deprecatedAt when others stop, or have stopped, seeing it in lists
 * @param protection from being deregistered, as EC2 words it; {@code disabled} if there is none
 * @param launchedAt when an instance was last launched from it: told to the owner only, up to a day
 *     late, and not of launches before April 2017 (EC2 API reference, DescribeImageAttribute)
 * @param snapshotIds the snapshots behind its devices, each once
 * @param sizeGiB the volumes that start from them, together
 */
public record ImageSummary(
    String id,
    Optional<String> name,
    String state,
    String ownerId,
    Optional<Instant> createdAt,
    Optional<Instant> deprecatedAt,
    String protection,
    boolean isPublic,
    Optional<Instant> launchedAt,
    List<String> snapshotIds,
    long sizeGiB,
    Map<String, String> tags) {

  /** The state of an image that can be launched. */
  public static final String AVAILABLE = "available";

  /** The state of an image that nobody can launch. */
  public static final String DISABLED = "disabled";

  private static final String GONE = "deregistered";
  private static final String UNPROTECTED = "disabled";
  private static final String COOLDOWN = "enabled-with-cooldown";

  /** Copies the collections. */
  public ImageSummary {
    snapshotIds = List.copyOf(snapshotIds);
    tags = Map.copyOf(tags);
  }

  static ImageSummary of(Image image) {
    List<EbsBlockDevice> volumes =
        image.blockDeviceMappings().stream()
            .map(BlockDeviceMapping::ebs)
            .filter(ebs -> ebs != null && ebs.snapshotId() != null)
            .toList();
    return new ImageSummary(
        image.imageId(),
        text(image.name()),
        image.stateAsString(),
        image.ownerId(),
        time(image.creationDate()),
        time(image.deprecationTime()),
        text(image.deregistrationProtection()).orElse(UNPROTECTED),
        Boolean.TRUE.equals(image.publicLaunchPermissions()),
        time(image.lastLaunchedTime()),
        volumes.stream().map(EbsBlockDevice::snapshotId).distinct().sorted().toList(),
        volumes.stream().mapToLong(ebs -> ebs.volumeSize() == null ? 0 : ebs.volumeSize()).sum(),
        Tags.map(image.tags()));
  }

  /** Stands for an image that is not there any more. */
  public static ImageSummary ofNone(String id) {
    return new ImageSummary(
        id,
        Optional.empty(),
        GONE,
        "",
        Optional.empty(),
        Optional.empty(),
        UNPROTECTED,
        false,
        Optional.empty(),
        List.of(),
        0,
        Map.of());
  }

  private static Optional<String> text(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isEmpty());
  }

  /** A time of EC2; one that it does not tell, or that nobody can read, is none. */
  private static Optional<Instant> time(String value) {
    try {
      return text(value).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether it is registered, as far as it was looked up. */
  public boolean isThere() {
    return !state.equals(GONE);
  }

  /** Whether others do not see it in lists any more. */
  public boolean isDeprecated(Instant now) {
    return deprecatedAt.filter(time -> !time.isAfter(now)).isPresent();
  }

  /** Whether nobody can launch it. */
  public boolean isDisabled() {
    return state.equals(DISABLED);
  }

  /** Whether EC2 refuses to deregister it, as far as it shows: a cool-down is not shown. */
  public boolean isProtected() {
    return !protection.equals(UNPROTECTED);
  }

  /** Whether it stays protected for a day after its protection is taken off. */
  public boolean hasCooldown() {
    return protection.equals(COOLDOWN);
  }
}

package amber.emulator.state;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A registered image with all that EC2 remembers of it.
 *
 * @param registration what RegisterImage set
 * @param launchPermissions who may launch it besides its owner
 */
public record Image(
    String id,
    String ownerId,
    Instant creationDate,
    Registration registration,
    Origin origin,
    Billing billing,
    ImageLife life,
    List<LaunchPermission> launchPermissions,
    Map<String, String> tags) {

  /** Copies the collections. */
  public Image {
    launchPermissions = List.copyOf(launchPermissions);
    tags = Map.copyOf(tags);
  }

  /** The same with another registration. */
  public Image withRegistration(Registration newRegistration) {
    return Records.with(this, "registration", newRegistration);
  }

  /** The same at another point of its life. */
  public Image withLife(ImageLife newLife) {
    return Records.with(this, "life", newLife);
  }

  /** The same with other billing. */
  public Image withBilling(Billing newBilling) {
    return Records.with(this, "billing", newBilling);
  }

  /** The same with others who may launch it. */
  public Image withLaunchPermissions(List<LaunchPermission> permissions) {
    return Records.with(this, "launchPermissions", permissions);
  }

  /** The same with other tags. */
  public Image withTags(Map<String, String> newTags) {
    return Records.with(this, "tags", newTags);
  }

  /** The same with another owner, to stand for one that another account shares. */
  public Image withOwnerId(String owner) {
    return Records.with(this, "ownerId", owner);
  }

  /** The same from another origin. */
  public Image withOrigin(Origin newOrigin) {
    return Records.with(this, "origin", newOrigin);
  }
}

package amber.emulator.ec2;

import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import java.io.IOException;

/**
 * Something of the account that names an image, such as an instance. The emulator has no instances
 * or launch templates: whoever needs one puts it here.
 *
 * @param id any name that can be a file's
 * @param resourceType as DescribeImageReferences has it, such as {@code ec2:Instance}
 * @param state of an instance, such as {@code running}; nothing for other resources
 * @param version of a launch template, counted back from the newest, which is 1; else 0
 */
public record ImageReference(
    String id, String imageId, String resourceType, String arn, String state, int version) {

  /** An instance. */
  public static final String INSTANCE = "ec2:Instance";

  /** A launch template. */
  public static final String LAUNCH_TEMPLATE = "ec2:LaunchTemplate";

  /** All that refer to images of a region. */
  public static Shelf<ImageReference> shelf(Region region) throws IOException {
    return region.shelf("image-references", ImageReference.class, ImageReference::id);
  }

  /** Adds an instance of an image to a region. */
  public static void addInstance(Region region, String instanceId, String imageId, String state)
      throws IOException {
    String arn = region.arn("ec2", "instance/" + instanceId);
    shelf(region).put(new ImageReference(instanceId, imageId, INSTANCE, arn, state, 0));
  }

  /** Adds a launch template that names an image in one of its versions. */
  public static void addLaunchTemplate(
      Region region, String templateId, String imageId, int versionFromNewest) throws IOException {
    String arn = region.arn("ec2", "launch-template/" + templateId);
    shelf(region)
        .put(new ImageReference(templateId, imageId, LAUNCH_TEMPLATE, arn, "", versionFromNewest));
  }
}

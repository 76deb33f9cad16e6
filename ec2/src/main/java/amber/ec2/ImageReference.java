package amber.ec2;

/**
 * Something of the caller's account that names an image.
 *
 * @param type as DescribeImageReferences has it, such as {@code ec2:LaunchTemplate}
 * @param arn what it is
 */
public record ImageReference(String type, String arn) {

  /** Whether it is an instance, which runs on whatever becomes of its image. */
  public boolean isInstance() {
    return type.equals("ec2:Instance");
  }

  /** Such as {@code launch template lt-0abc123def4567890}. */
  public String text() {
    return "%s %s".formatted(kind(), arn.substring(arn.indexOf('/') + 1));
  }

  private String kind() {
    return switch (type) {
      case "ec2:Instance" -> "instance";
      case "ec2:LaunchTemplate" -> "launch template";
      case "ssm:Parameter" -> "parameter";
      case "imagebuilder:ImageRecipe" -> "image recipe";
      case "imagebuilder:ContainerRecipe" -> "container recipe";
      default -> type;
    };
  }
}

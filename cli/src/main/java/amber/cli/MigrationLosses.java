package amber.cli;

import amber.ec2.AmiReader;
import amber.image.Image;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an image has where it is, and cannot have where it goes: what belongs to one region, account
 * or partition, and what EC2 lets nobody set.
 */
final class MigrationLosses {

  private final List<Loss> losses = new ArrayList<>();

  /**
   * One of them.
   *
   * @param attribute as EC2 calls it
   * @param value as it was
   * @param reason why it stays behind
   * @param avoidable whether it would go along if the caller were allowed to read it
   */
  record Loss(String attribute, String value, String reason, boolean avoidable) {

    /** In words. */
    String text() {
      return "%s %s: %s".formatted(attribute, value, reason);
    }
  }

  private MigrationLosses() {}

  /** Those of an image of EC2. */
  static MigrationLosses of(Image image) {
    MigrationLosses all = new MigrationLosses();
    if (image.attributes().get("ec2") instanceof Map<?, ?> ec2) {
      all.take(ec2, "kernelId", "KernelId", "kernels belong to a region");
      all.take(ec2, "ramdiskId", "RamdiskId", "ramdisks belong to a region");
      all.takeKeys(ec2);
      all.takeSharing(ec2);
      all.takeEach(ec2, "productCodes", "id", "ProductCode", "nobody may set them");
      all.takeBilling(ec2);
      all.take(ec2, "sourceImageId", "SourceImageId", "it is not known elsewhere");
      all.take(ec2, "sourceInstanceId", "SourceInstanceId", "it is not known elsewhere");
      all.take(ec2, "ownerId", "OwnerId", "the new image is of who makes it");
      all.takeEach(ec2, "devices", "outpostArn", "OutpostArn", "it belongs to one Outpost");
      all.take(
          ec2,
          "deprecationTime",
          "DeprecationTime",
          "it is set anew: aws ec2 enable-image-deprecation");
      all.takeProtection(ec2);
      all.takeUnread(ec2);
    }
    image.id().ifPresent(id -> all.add("ImageId", id, "the new image gets its own"));
    image.tags().keySet().stream()
        .filter(name -> name.startsWith("aws:"))
        .forEach(name -> all.add("Tag", name, "AWS sets these itself"));
    return all;
  }

  private void add(String attribute, String value, String reason) {
    losses.add(new Loss(attribute, value, reason, false));
  }

  private void take(Map<?, ?> ec2, String name, String attribute, String reason) {
    if (ec2.get(name) instanceof String value) {
      add(attribute, value, reason);
    }
  }

  private void takeEach(Map<?, ?> ec2, String list, String field, String attribute, String reason) {
    for (Object item : list(ec2, list)) {
      if (item instanceof Map<?, ?> fields && fields.get(field) instanceof String value) {
        add(attribute, value, reason);
      }
    }
  }

  private static List<?> list(Map<?, ?> ec2, String name) {
    return ec2.get(name) instanceof List<?> items ? items : List.of();
  }

  private void takeKeys(Map<?, ?> ec2) {
    list(ec2, "snapshots").stream()
        .filter(Map.class::isInstance)
        .map(snapshot -> ((Map<?, ?>) snapshot).get("kmsKeyId"))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .distinct()
        .forEach(
            key -> add("KmsKeyId", key, "keys belong to a region: choose one by --kms-key-id"));
  }

  private void takeSharing(Map<?, ?> ec2) {
    if (Boolean.TRUE.equals(ec2.get("public"))) {
      add("Public", "true", "accounts of another partition are others: share it anew");
    }
    List<?> permissions = list(ec2, "launchPermissions");
    if (!permissions.isEmpty()) {
      String whom =
          permissions.stream()
              .filter(Map.class::isInstance)
              .flatMap(each -> ((Map<?, ?>) each).values().stream())
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      add("LaunchPermission", whom, "accounts of another partition are others: share it anew");
    }
  }

  private void takeBilling(Map<?, ?> ec2) {
    if (ec2.get("usageOperation") instanceof String operation
        && !operation.equals("RunInstances")) {
      add(
          "UsageOperation",
          "%s (%s)".formatted(operation, ec2.get("platformDetails")),
          "the new image is billed as Linux; its licence may not allow that");
    }
  }

  private void takeProtection(Map<?, ?> ec2) {
    if (ec2.get("deregistrationProtection") instanceof String protection
        && !protection.equals("disabled")) {
      add("DeregistrationProtection", protection, "it is set anew, when the image is there");
    }
  }

  private void takeUnread(Map<?, ?> ec2) {
    if (list(ec2, "notRestorable").contains(AmiReader.UNREAD_UEFI_DATA)) {
      losses.add(
          new Loss(
              "UefiData",
              "(unknown)",
              "you may not read it, and Secure Boot keys may be in it; it takes ec2:DescribeImageAttribute",
              true));
    }
  }

  List<Loss> all() {
    return losses;
  }

  /** For programs. */
  List<Map<String, Object>> json() {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Loss loss : losses) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("attribute", loss.attribute());
      item.put("value", loss.value());
      item.put("reason", loss.reason());
      json.add(item);
    }
    return json;
  }
}

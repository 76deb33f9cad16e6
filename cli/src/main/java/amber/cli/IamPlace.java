package amber.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a policy holds.
 *
 * @param partition {@code aws}, {@code aws-us-gov} or {@code aws-cn}
 * @param region the region, or {@code *}
 * @param account the account that the buckets must be of, where that is wanted
 * @param buckets names of buckets
 * @param prefix how the keys in them begin
 * @param keys ARNs of KMS keys of snapshots and objects
 * @param recipients ARNs of KMS keys that archives are encrypted to
 */
record IamPlace(
    String partition,
    String region,
    Optional<String> account,
    List<String> buckets,
    String prefix,
    List<String> keys,
    List<String> recipients) {

  private static final String ANYTHING = "*";
  private static final Pattern KEY =
      Pattern.compile("arn:(aws[a-z-]*):kms:([a-z0-9-]+):\\d{12}:key/[A-Za-z0-9-]+");

  /** The partition that a region is of, by its name. */
  static String partitionOf(String region) {
    if (region.startsWith("us-gov-")) {
      return "aws-us-gov";
    }
    return region.startsWith("cn-") ? "aws-cn" : "aws";
  }

  /** Checks that keys are where the policy holds: they do not leave their region. */
  void requireKeysHere() throws RefusedException {
    for (String key : recipients) {
      Matcher arn = arn("--kms-recipient", key);
      if (!arn.group(1).equals(partition)) {
        throw RefusedException.usage(
            "--kms-recipient %s: is of %s, should be of %s".formatted(key, arn.group(1), partition),
            "keys do not leave their partition: use one policy for each side");
      }
    }
    for (String key : keys) {
      Matcher arn = arn("--kms", key);
      boolean elsewhere = !region.equals(ANYTHING) && !arn.group(2).equals(region);
      if (!arn.group(1).equals(partition) || elsewhere) {
        throw RefusedException.usage(
            "--kms %s: is of %s, %s, should be of %s, %s"
                .formatted(key, arn.group(1), arn.group(2), partition, region),
            "keys do not leave their region: use one policy for each side");
      }
    }
  }

  private static Matcher arn(String option, String key) throws RefusedException {
    Matcher arn = KEY.matcher(key);
    if (!arn.matches()) {
      throw RefusedException.usage(
          "%s %s: is no ARN of a key, should be".formatted(option, key),
          "such as arn:aws:kms:us-east-1:111122223333:key/...; an alias will not do");
    }
    return arn;
  }

  /** The resources that a grant is for; none if it is left out here. */
  List<String> resources(IamGrant.On on) {
    return switch (on) {
      case ANYTHING -> List.of(ANYTHING);
      case SNAPSHOTS -> List.of(ec2("snapshot"));
      case IMAGES -> List.of(ec2("image"));
      case IMAGES_AND_SNAPSHOTS -> List.of(ec2("image"), ec2("snapshot"));
      case BUCKETS -> s3("");
      case ARCHIVES -> s3("/" + prefix + ANYTHING);
      case KEYS -> keys;
      case RECIPIENT_KEYS -> recipients;
    };
  }

  /** Images and snapshots have ARNs without account. */
  private String ec2(String kind) {
    return "arn:%s:ec2:%s::%s/*".formatted(partition, region, kind);
  }

  private List<String> s3(String path) {
    List<String> arns = new ArrayList<>();
    for (String bucket : buckets) {
      arns.add("arn:%s:s3:::%s%s".formatted(partition, bucket, path));
    }
    return arns;
  }
}

package amber.emulator.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A partition of AWS: regions that share accounts, bucket names and ARNs, and nothing else. */
public enum Partition {
  /** The commercial regions. */
  AWS(
      "aws",
      "111111111111",
      "amazonaws.com",
      "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1"
          + " eu-west-2 eu-west-3 ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2"
          + " sa-east-1"),
  /** GovCloud. */
  GOV("aws-us-gov", "222222222222", "amazonaws.com", "us-gov-east-1 us-gov-west-1"),
  /** China. */
  CHINA("aws-cn", "333333333333", "amazonaws.com.cn", "cn-north-1 cn-northwest-1");

  private final String id;
  private final String accountId;
  private final String dnsSuffix;
  private final String regions;

  Partition(String id, String accountId, String dnsSuffix, String regions) {
    this.id = id;
    this.accountId = accountId;
    this.dnsSuffix = dnsSuffix;
    this.regions = regions;
  }

  /** The partition that a region belongs to; empty when the emulator has no such region. */
  public static Optional<Partition> ofRegion(String region) {
    return Arrays.stream(values()).filter(each -> each.regions().contains(region)).findFirst();
  }

  /** The second field of every ARN, such as {@code aws-us-gov}. */
  public String id() {
    return id;
  }

  /** The account that every caller of this partition is. */
  public String accountId() {
    return accountId;
  }

  /** What the names of the partition's hosts end in. */
  public String dnsSuffix() {
    return dnsSuffix;
  }

  /** The names of the partition's regions. */
  public List<String> regions() {
    return List.of(regions.split(" ", -1));
  }

  /** An ARN of the account in a region of the partition. */
  public String arn(String service, String region, String resource) {
    return String.join(":", "arn", id, service, region, accountId, resource);
  }

  /** The ARN of a key of the account in a region that stays the same for the same label. */
  public String kmsKeyArn(String region, String label) {
    byte[] seed = (accountId + region + label).getBytes(StandardCharsets.UTF_8);
    return arn("kms", region, "key/" + UUID.nameUUIDFromBytes(seed));
  }
}

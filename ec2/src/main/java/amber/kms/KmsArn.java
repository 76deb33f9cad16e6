package amber.kms;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of a key of AWS KMS, or of an alias of one (KMS developer guide, "Key identifiers").
 *
 * @param text as it is written
 * @param partition such as {@code aws-us-gov}
 * @param region such as {@code us-gov-west-1}: keys do not leave it
 * @param account twelve digits
 */
public record KmsArn(String text, String partition, String region, String account) {

  private static final Pattern ARN =
      Pattern.compile(
          "arn:(aws[a-z-]{0,30}):kms:([a-z0-9-]{1,63}):(\\d{12}):(key/[A-Za-z0-9-]{1,128}|alias/[A-Za-z0-9/_-]{1,256})");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static KmsArn parse(String text) {
    Matcher arn = ARN.matcher(text);
    if (!arn.matches()) {
      throw new IllegalArgumentException(
          "'%s', should be the ARN of a KMS key or of its alias, such as arn:aws:kms:us-east-1:111122223333:key/..."
              .formatted(text));
    }
    return new KmsArn(text, arn.group(1), arn.group(2), arn.group(3));
  }

  @Override
  public String toString() {
    return text;
  }
}

package amber.s3;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What every request says about the bucket.
 *
 * @param expectedBucketOwner the account that must own it: names of buckets repeat in other
 *     partitions
 * @param requesterPays whether the caller pays for requests and transfer
 */
public record S3Access(Optional<String> expectedBucketOwner, boolean requesterPays) {

  /** Any owner, who pays. */
  public static final S3Access DEFAULT = new S3Access(Optional.empty(), false);

  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  /** Checks the account's id. */
  public S3Access {
    if (expectedBucketOwner.isPresent()
        && !ACCOUNT.matcher(expectedBucketOwner.orElseThrow()).matches()) {
      throw new IllegalArgumentException(
          "bucket owner '%s', should be an account id of 12 digits"
              .formatted(expectedBucketOwner.orElseThrow()));
    }
  }

  String owner() {
    return expectedBucketOwner.orElse(null);
  }

  String payer() {
    return requesterPays ? "requester" : null;
  }
}

package amber.s3;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where an object is or shall be: {@code s3://bucket/key}.
 *
 * @param bucket the bucket's name
 * @param key the object's key; empty, or with a slash at its end, it stands for a place that holds
 *     objects
 */
public record S3Location(String bucket, String key) {

  /** What a location begins with. */
  public static final String SCHEME = "s3://";

  private static final int MAX_KEY_BYTES = 1024;

  // Upper case and underscores: buckets of us-east-1 from before 2018, and other servers' buckets.
  private static final Pattern BUCKET =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");

  /** Checks bucket and key. */
  public S3Location {
    if (!BUCKET.matcher(bucket).matches() || bucket.contains("..")) {
      throw new IllegalArgumentException(
          "bucket '%s', should be 3 to 63 letters, digits, dots and hyphens".formatted(bucket));
    }
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key of %d bytes, should be at most %d".formatted(bytes, MAX_KEY_BYTES));
    }
    if (key.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("key with control characters, should be text");
    }
    // Anything between here and there may take such a segment for a way up.
    if (List.of(key.split("/", -1)).stream().anyMatch(s -> s.equals(".") || s.equals(".."))) {
      throw new IllegalArgumentException(
          "key '%s' has a segment '.' or '..', should have names only".formatted(key));
    }
  }

  /** Whether a text is meant to be a location in S3. */
  public static boolean isLocation(String text) {
    return text.startsWith(SCHEME);
  }

  /** Reads {@code s3://bucket/key}. */
  public static S3Location parse(String text) {
    if (!isLocation(text)) {
      throw new IllegalArgumentException("'%s', should be s3://BUCKET/KEY".formatted(text));
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    return slash < 0
        ? new S3Location(rest, "")
        : new S3Location(rest.substring(0, slash), rest.substring(slash + 1));
  }

  /** Whether this names no object, but a place for some. */
  public boolean isPlace() {
    return key.isEmpty() || key.endsWith("/");
  }

  /** This location if it names an object, else the object of that name in this place. */
  public S3Location resolve(String name) {
    return isPlace() ? new S3Location(bucket, key + name) : this;
  }

  /** The bucket alone, for messages about it. */
  String bucketLocation() {
    return SCHEME + bucket;
  }

  /** The location as {@link #parse} reads it. */
  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}

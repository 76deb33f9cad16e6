package amber.emulator.s3;

import amber.emulator.http.Request;
import amber.emulator.http.Target;

/**
 * What a request to S3 is about.
 *
 * @param bucket the bucket's name, or nothing when it is about all buckets
 * @param key the object's key, or nothing when it is about the bucket
 */
record S3Target(String bucket, String key) {

  static S3Target of(Request request) {
    String path = request.target().rawPath();
    String trimmed = path.startsWith("/") ? path.substring(1) : path;
    int slash = trimmed.indexOf('/');
    return slash < 0
        ? new S3Target(Target.decode(trimmed, false), "")
        : new S3Target(
            Target.decode(trimmed.substring(0, slash), false),
            Target.decode(trimmed.substring(slash + 1), false));
  }

  boolean isService() {
    return bucket.isEmpty();
  }

  boolean isObject() {
    return !key.isEmpty();
  }
}

package amber.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run asked of AWS, each attempt counted.
 *
 * @param gets blocks read
 * @param puts blocks written
 * @param lists pages of lists of blocks
 * @param starts snapshots started and completed
 * @param ec2 requests to EC2
 * @param s3 requests to S3
 * @param kms requests to KMS
 * @param retries how many of all these were not the first
 * @param throttled how often AWS asked for fewer
 * @param getsPerSecond how many blocks may be read each second, after all that AWS complained of;
 *     infinity if there is no limit
 * @param putsPerSecond the same for blocks written
 */
record AwsRequests(
    long gets,
    long puts,
    long lists,
    long starts,
    long ec2,
    long s3,
    long kms,
    long retries,
    long throttled,
    double getsPerSecond,
    double putsPerSecond) {

  static final AwsRequests NONE = ofS3(0, 0, 0);

  /** Of a side that is S3 alone. */
  static AwsRequests ofS3(long attempts, long retries, long throttled) {
    return of(attempts, 0, retries, throttled);
  }

  /** Of a side that is KMS alone. */
  static AwsRequests ofKms(long attempts, long retries, long throttled) {
    return of(0, attempts, retries, throttled);
  }

  private static AwsRequests of(long s3, long kms, long retries, long throttled) {
    return new AwsRequests(
        0,
        0,
        0,
        0,
        0,
        s3,
        kms,
        retries,
        throttled,
        Double.POSITIVE_INFINITY,
        Double.POSITIVE_INFINITY);
  }

  AwsRequests plus(AwsRequests other) {
    return new AwsRequests(
        gets + other.gets,
        puts + other.puts,
        lists + other.lists,
        starts + other.starts,
        ec2 + other.ec2,
        s3 + other.s3,
        kms + other.kms,
        retries + other.retries,
        throttled + other.throttled,
        Math.min(getsPerSecond, other.getsPerSecond),
        Math.min(putsPerSecond, other.putsPerSecond));
  }

  /** Said without equals, for which Java makes code at each start that takes time. */
  private boolean isNone() {
    return gets + puts + lists + starts + ec2 + s3 + kms == 0
        && Double.isInfinite(getsPerSecond)
        && Double.isInfinite(putsPerSecond);
  }

  /** Adds what there is to a result. */
  Document addedTo(Document result) {
    if (isNone()) {
      return result;
    }
    Map<String, Object> requests = new LinkedHashMap<>();
    requests.put("getSnapshotBlock", gets);
    requests.put("putSnapshotBlock", puts);
    requests.put("listSnapshotBlocks", lists);
    requests.put("startAndCompleteSnapshot", starts);
    requests.put("ec2", ec2);
    requests.put("s3", s3);
    requests.put("kms", kms);
    requests.put("retries", retries);
    requests.put("throttled", throttled);
    putRate(requests, "getsPerSecond", getsPerSecond);
    putRate(requests, "putsPerSecond", putsPerSecond);
    return result.with("requests", requests, List.of(line()));
  }

  private static void putRate(Map<String, Object> requests, String name, double rate) {
    requests.put(name, Double.isInfinite(rate) ? null : Math.round(rate * 10) / 10.0);
  }

  private String line() {
    List<String> parts = new ArrayList<>();
    add(parts, gets, "block read", "blocks read");
    add(parts, puts, "block written", "blocks written");
    add(parts, lists, "list of blocks", "lists of blocks");
    add(parts, starts, "start or completion", "starts and completions");
    add(parts, ec2, "to EC2", "to EC2");
    add(parts, s3, "to S3", "to S3");
    add(parts, kms, "to KMS", "to KMS");
    return "requests: %s; %s again, %s throttled"
        .formatted(String.join(", ", parts), Text.count(retries), Text.count(throttled));
  }

  private static void add(List<String> parts, long count, String one, String many) {
    if (count > 0) {
      parts.add(Text.count(count) + " " + (count == 1 ? one : many));
    }
  }
}

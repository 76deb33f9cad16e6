package amber.ec2;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ebs.model.CompleteSnapshotRequest;

/**
 * What a snapshot is completed with.
 *
 * @param blocks how many blocks were written
 * @param linear the SHA-256 over their digests, in base64: what EBS calls LINEAR
 */
record SnapshotSum(int blocks, String linear) {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) ([A-Za-z0-9+/]{43}=)");

  /** Reads what {@link #toString} has written. */
  static SnapshotSum read(String text) throws IOException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IOException("'%s' is no sum of a snapshot, should be".formatted(text));
    }
    return new SnapshotSum(Integer.parseInt(matcher.group(1)), matcher.group(2));
  }

  void ask(CompleteSnapshotRequest.Builder request) {
    request.changedBlocksCount(blocks);
    // An aggregate over nothing is not defined.
    if (blocks > 0) {
      request.checksum(linear).checksumAlgorithm("SHA256").checksumAggregationMethod("LINEAR");
    }
  }

  @Override
  public String toString() {
    return blocks + " " + linear;
  }
}

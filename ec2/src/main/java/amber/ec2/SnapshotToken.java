package amber.ec2;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what a pending snapshot is found again.
 *
 * @param clientToken that of its start, which is the value of its tag, too
 * @param snapshotId its id, as soon as EBS has told it
 */
record SnapshotToken(String clientToken, Optional<String> snapshotId) {

  private static final Pattern TEXT = Pattern.compile("([!-~]{1,64})(?: (snap-[0-9a-f]+))?");

  /** Of what is about to be begun. */
  static SnapshotToken of(SnapshotRequest wanted) {
    return new SnapshotToken(wanted.clientToken(), Optional.empty());
  }

  /** Reads what {@link #toString} has written. */
  static SnapshotToken read(String text) throws IOException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IOException("'%s' tells of no snapshot, should".formatted(text));
    }
    return new SnapshotToken(matcher.group(1), Optional.ofNullable(matcher.group(2)));
  }

  SnapshotToken named(String id) {
    return new SnapshotToken(clientToken, Optional.of(id));
  }

  @Override
  public String toString() {
    return clientToken + snapshotId.map(id -> " " + id).orElse("");
  }
}

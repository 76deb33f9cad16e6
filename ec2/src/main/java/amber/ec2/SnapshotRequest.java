package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a new snapshot shall be.
 *
 * @param description at most 255 characters
 * @param tags at most 50, none whose name begins with {@code aws:}
 * @param encrypted whether it shall be encrypted; if not, the account's settings decide
 * @param kmsKeyArn the key to encrypt with; without one the account's key for EBS
 * @param clientToken makes a repeated start the same start; at most 64 visible ASCII characters
 * @param timeoutMinutes how long EBS waits for the next block before it gives the snapshot up
 * @param fillHoles whether blocks that nobody writes are written as zeros in the end, because an
 *     encrypted snapshot reads as noise where nothing was written
 */
public record SnapshotRequest(
    Optional<String> description,
    Map<String, String> tags,
    boolean encrypted,
    Optional<String> kmsKeyArn,
    String clientToken,
    int timeoutMinutes,
    boolean fillHoles) {

  /** The longest that EBS waits: all volumes of an image are begun before the first is written. */
  public static final int MAX_TIMEOUT_MINUTES = 4320;

  private static final int MIN_TIMEOUT_MINUTES = 10;
  private static final int MAX_DESCRIPTION = 255;
  private static final Pattern KEY = Pattern.compile("arn:aws[a-z-]*:kms:.*:[0-9]{12}:key/.*");
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,64}");

  /** Checks everything that EBS would refuse. */
  public SnapshotRequest {
    description.ifPresent(
        text ->
            require(
                !text.isEmpty() && text.length() <= MAX_DESCRIPTION,
                "description of %d characters, should be 1 to %d",
                text.length(),
                MAX_DESCRIPTION));
    tags = new TreeMap<>(tags);
    Tags.require(tags);
    kmsKeyArn.ifPresent(
        arn ->
            require(
                KEY.matcher(arn).matches(),
                "KMS key %s, should be the whole ARN of a key, and no alias",
                arn));
    require(
        encrypted || kmsKeyArn.isEmpty(),
        "KMS key %s of what is not encrypted, should be encrypted",
        kmsKeyArn.orElse(""));
    require(
        TOKEN.matcher(clientToken).matches(),
        "client token '%s', should be 1 to 64 visible ASCII characters",
        clientToken);
    require(
        timeoutMinutes >= MIN_TIMEOUT_MINUTES && timeoutMinutes <= MAX_TIMEOUT_MINUTES,
        "timeout of %d minutes, should be %d to %d",
        timeoutMinutes,
        MIN_TIMEOUT_MINUTES,
        MAX_TIMEOUT_MINUTES);
  }

  /** A snapshot in which what nobody writes stays absent. */
  public SnapshotRequest(
      Optional<String> description,
      Map<String, String> tags,
      boolean encrypted,
      Optional<String> kmsKeyArn,
      String clientToken,
      int timeoutMinutes) {
    this(description, tags, encrypted, kmsKeyArn, clientToken, timeoutMinutes, false);
  }

  /** A snapshot that is encrypted if a key is given. */
  public SnapshotRequest(
      Optional<String> description,
      Map<String, String> tags,
      Optional<String> kmsKeyArn,
      String clientToken,
      int timeoutMinutes) {
    this(description, tags, kmsKeyArn.isPresent(), kmsKeyArn, clientToken, timeoutMinutes);
  }

  /**
   * The snapshot for a volume of an image, with the description and the tags that the archive has.
   *
   * @param clientToken a token for this volume only
   */
  public static SnapshotRequest of(
      Image image, int volume, Optional<String> kmsKeyArn, String clientToken)
      throws InvalidImageException {
    Attributes ec2 = new Attributes("volume " + volume, image.attributes()).object(AmiReader.EC2);
    List<Attributes> snapshots = ec2.objects("snapshots");
    Optional<String> description = Optional.empty();
    Map<String, String> tags = Map.of();
    if (volume < snapshots.size()) {
      description = snapshots.get(volume).text("description");
      tags = Tags.settable(snapshots.get(volume).texts("tags"));
      // Of whoever made that snapshot, should it still be there.
      tags.remove(TaskTag.NAME);
    }
    return new SnapshotRequest(description, tags, kmsKeyArn, clientToken, MAX_TIMEOUT_MINUTES);
  }

  /** The same, with zeros where nobody writes. */
  public SnapshotRequest withHolesFilled() {
    return new SnapshotRequest(
        description, tags, encrypted, kmsKeyArn, clientToken, timeoutMinutes, true);
  }

  /** The same, tagged as one that is being made. */
  public SnapshotRequest withTaskTag() {
    return new SnapshotRequest(
        description,
        TaskTag.added(tags, clientToken),
        encrypted,
        kmsKeyArn,
        clientToken,
        timeoutMinutes,
        fillHoles);
  }

  /** The same, of which another start is another snapshot. */
  SnapshotRequest withClientToken(String token) {
    Map<String, String> tagged = new TreeMap<>(tags);
    tagged.computeIfPresent(TaskTag.NAME, (name, before) -> token);
    return new SnapshotRequest(
        description, tagged, encrypted, kmsKeyArn, token, timeoutMinutes, fillHoles);
  }

  private static void require(boolean holds, String problem, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException("snapshot: " + problem.formatted(values));
    }
  }
}

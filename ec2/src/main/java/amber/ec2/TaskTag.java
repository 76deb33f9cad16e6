package amber.ec2;

import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * The tag of a snapshot that Amber makes, while it is not finished: by it such a snapshot is known
 * for Amber's, whatever has become of who made it.
 */
public final class TaskTag {

  /** The tag's name; its value is the client token of the snapshot's start. */
  public static final String NAME = "amber:task";

  /** The tag, whatever its value. */
  static final Tag ANY = Tag.builder().key(NAME).build();

  private TaskTag() {}

  /** The tags with this one, unless there are as many already as a snapshot may have. */
  static Map<String, String> added(Map<String, String> tags, String clientToken) {
    Map<String, String> more = new LinkedHashMap<>(tags);
    if (more.size() < Tags.MOST || more.containsKey(NAME)) {
      more.put(NAME, clientToken);
    }
    return more;
  }
}

package amber.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is packed: attributes, tags and volumes.
 *
 * @param attributes all attributes as the manifest gives them, those unknown here included
 * @param volumes at least one, at most {@link #MAX_VOLUMES}, numbered from 0
 */
public record Image(Map<String, Object> attributes, List<Volume> volumes) {

  /** The most volumes that an image may have. */
  public static final int MAX_VOLUMES = 128;

  /** Copies the list; the map is taken as it is and must not change any more. */
  public Image {
    volumes = List.copyOf(volumes);
  }

  /** The id under which EC2 knew the image, such as {@code ami-0abc123}. */
  public Optional<String> id() {
    return text("id");
  }

  /** The image's name. */
  public Optional<String> name() {
    return text("name");
  }

  /** When the image was made. */
  public Optional<Instant> createdAt() {
    return text("createdAt").map(Instant::parse);
  }

  /** The image's tags, in the manifest's order. */
  @SuppressWarnings("unchecked") // checked when the manifest was parsed
  public Map<String, String> tags() {
    // A manifest may say that there are none by null, as with every attribute.
    Map<String, String> tags = (Map<String, String>) attributes.get("tags");
    return tags == null ? Map.of() : tags;
  }

  /** An attribute whose value is text. */
  public Optional<String> text(String attribute) {
    return Optional.ofNullable((String) attributes.get(attribute));
  }
}

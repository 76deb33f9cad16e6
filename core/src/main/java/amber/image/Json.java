package amber.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Small JSON documents, read from untrusted bytes and written always alike. */
public final class Json {

  private static final int MAX_DEPTH = 32;

  private static final JSON JSON_STRICT =
      JSON.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(JSON.Feature.PRESERVE_FIELD_ORDERING)
          .build();

  private Json() {}

  /**
   * Reads one JSON object.
   *
   * @throws InvalidImageException if the bytes are not exactly one JSON object in UTF-8
   */
  public static Map<String, Object> read(byte[] bytes, String location)
      throws InvalidImageException {
    try {
      return JSON_STRICT.mapFrom(bytes);
    } catch (JsonProcessingException e) {
      throw new InvalidImageException(location, "no JSON object: " + oneLine(e));
    } catch (IOException | RuntimeException e) {
      throw new InvalidImageException(location, "no JSON object: " + e.getMessage());
    }
  }

  /** Writes an object as UTF-8 with two spaces of indent, fields in the map's order. */
  public static byte[] write(Map<String, Object> object) {
    try {
      String text = JSON_STRICT.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(object);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("bug: an object could not be written as JSON", e);
    }
  }

  private static String oneLine(JsonProcessingException e) {
    return "%s (line %d, column %d)"
        .formatted(
            e.getOriginalMessage().replace('\n', ' '),
            e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
            e.getLocation() == null ? 0 : e.getLocation().getColumnNr());
  }
}

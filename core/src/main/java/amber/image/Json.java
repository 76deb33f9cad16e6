package amber.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Small JSON documents, read from untrusted bytes and written always alike. */
public final class Json {

  private static final int MAX_DEPTH = 32;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private static final JSON JSON_STRICT =
      JSON.builder(FACTORY).enable(JSON.Feature.PRESERVE_FIELD_ORDERING).build();

  private Json() {}

  /**
   * Reads one JSON object.
   *
   * @throws InvalidImageException if the bytes are not exactly one JSON object in UTF-8
   */
  public static Map<String, Object> read(byte[] bytes, String location)
      throws InvalidImageException {
    try (JsonParser parser = FACTORY.createParser(decode(bytes))) {
      Map<String, Object> object = JSON_STRICT.mapFrom(parser);
      if (object == null || parser.nextToken() != null) {
        throw new InvalidImageException(location, "is not exactly one JSON object");
      }
      return object;
    } catch (InvalidImageException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new InvalidImageException(location, "no JSON object: " + oneLine(e));
    } catch (CharacterCodingException e) {
      throw new InvalidImageException(location, "no JSON object: its text is not UTF-8");
    } catch (IOException | RuntimeException e) {
      throw new InvalidImageException(location, "no JSON object: " + e.getMessage());
    }
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    // Unlike a String's constructor, a decoder refuses what is not UTF-8.
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
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

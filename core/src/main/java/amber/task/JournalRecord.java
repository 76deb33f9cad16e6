package amber.task;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One line of a journal: the CRC-32C of a JSON object in eight hexadecimal digits, a blank, the
 * object, and the end of the line. What was torn off or changed does not match.
 *
 * @param type says what it is about
 * @param fields what it says, by name, the type and the time among them
 */
record JournalRecord(String type, Map<String, Object> fields) {

  /** The longest line that is taken for one. */
  static final int MAX_BYTES = 16 << 20;

  static final String TYPE = "type";
  static final String AT = "at";

  private static final int CRC_DIGITS = 8;
  private static final Instant LAST_TIME = Instant.parse("9999-01-01T00:00:00Z");
  private static final int MAX_DEPTH = 8;

  private static final JSON JSON_LINES =
      JSON.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(JSON.Feature.PRESERVE_FIELD_ORDERING)
          .build();

  static byte[] line(String type, Instant at, Map<String, Object> fields) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(TYPE, type);
    all.put(AT, at.toString());
    all.putAll(fields);
    try {
      byte[] json = JSON_LINES.asBytes(all);
      byte[] line = new byte[CRC_DIGITS + 1 + json.length + 1];
      byte[] crc = crc(json, 0, json.length).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(crc, 0, line, 0, CRC_DIGITS);
      line[CRC_DIGITS] = ' ';
      System.arraycopy(json, 0, line, CRC_DIGITS + 1, json.length);
      line[line.length - 1] = '\n';
      return line;
    } catch (IOException e) {
      throw new IllegalStateException("bug: a record could not be written as JSON", e);
    }
  }

  /** Reads a line without its end; nothing if it is damaged. */
  static Optional<JournalRecord> parse(byte[] line, int length) {
    int json = CRC_DIGITS + 1;
    if (length <= json
        || line[CRC_DIGITS] != ' '
        || !crc(line, json, length - json)
            .equals(new String(line, 0, CRC_DIGITS, StandardCharsets.US_ASCII))) {
      return Optional.empty();
    }
    String text = new String(line, json, length - json, StandardCharsets.UTF_8);
    try (JsonParser parser = JSON_LINES.getStreamingFactory().createParser(text)) {
      Map<String, Object> fields = JSON_LINES.mapFrom(parser);
      return fields != null && fields.get(TYPE) instanceof String type
          ? Optional.of(new JournalRecord(type, fields))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      // Somebody made the checksum match; it is no record of ours all the same.
      return Optional.empty();
    }
  }

  private static String crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  String text(String name) {
    return fields.get(name) instanceof String text ? text : "";
  }

  long number(String name) {
    return fields.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /** A time that a text tells; nothing if it is none, or one that nobody can reckon with. */
  static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text))
          .filter(time -> !time.isBefore(Instant.EPOCH) && time.isBefore(LAST_TIME));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** When it was written down. */
  Instant at() {
    return time(text(AT)).orElse(Instant.EPOCH);
  }
}

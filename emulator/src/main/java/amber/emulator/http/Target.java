package amber.emulator.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request line asks for.
 *
 * @param rawPath the path as sent, still percent-encoded
 * @param rawQuery what stands after the question mark as sent, or nothing
 * @param query the parameters of {@code rawQuery}, decoded, the last of a name
 */
public record Target(String rawPath, String rawQuery, Map<String, String> query) {

  /** Decodes the parameters of a path and a query. */
  public static Target of(String rawPath, String rawQuery) {
    return new Target(rawPath, rawQuery, parameters(List.of(rawQuery)));
  }

  /** The pieces of the path, decoded: {@code /a/b%20c} has two. */
  public List<String> segments() {
    String trimmed = rawPath.startsWith("/") ? rawPath.substring(1) : rawPath;
    return trimmed.isEmpty()
        ? List.of()
        : List.of(trimmed.split("/", -1)).stream().map(text -> decode(text, false)).toList();
  }

  /** A parameter of the query. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  static Map<String, String> parameters(List<String> texts) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String text : texts) {
      for (String pair : text.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          all.put(decode(name, true), decode(value, true));
        }
      }
    }
    return Collections.unmodifiableMap(all);
  }

  /** Undoes percent-encoding; what is not an escape stays as it is. */
  public static String decode(String text, boolean plusIsBlank) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int at = 0; at < in.length; at++) {
      int high = in[at] == '%' && at + 2 < in.length ? Character.digit(in[at + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[at + 2], 16) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        at += 2;
      } else {
        out.write(in[at] == '+' && plusIsBlank ? ' ' : in[at]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}

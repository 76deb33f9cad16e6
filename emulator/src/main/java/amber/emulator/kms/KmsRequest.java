package amber.emulator.kms;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The body of a request.
 *
 * @param fields its JSON
 */
public record KmsRequest(Map<String, Object> fields) {

  private static final int MOST_BODY_BYTES = 1 << 20;
  private static final int MOST_CONTEXT = 8192;

  /** Reads the body; it can be read again. */
  public static KmsRequest read(Request request) throws IOException {
    byte[] bytes = request.body().readNBytes(MOST_BODY_BYTES);
    request.filterBody(read -> new ByteArrayInputStream(bytes));
    try {
      return new KmsRequest(bytes.length == 0 ? Map.of() : JSON.std.mapFrom(bytes));
    } catch (IOException e) {
      throw KmsFailures.of("SerializationException", "The body is no JSON.");
    }
  }

  /** Which key is named. */
  public Optional<String> keyId() throws FailureException {
    return text("KeyId");
  }

  String requiredKeyId() throws FailureException {
    return required("KeyId");
  }

  String required(String name) throws FailureException {
    return text(name)
        .orElseThrow(
            () ->
                KmsFailures.invalid(
                    "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
                        .formatted(name)));
  }

  Optional<String> text(String name) throws FailureException {
    Object value = fields.get(name);
    if (value != null && !(value instanceof String)) {
      throw KmsFailures.of("SerializationException", name + " is no string.");
    }
    return Optional.ofNullable((String) value);
  }

  Optional<Integer> number(String name) throws FailureException {
    Object value = fields.get(name);
    if (value != null && !(value instanceof Integer)) {
      throw KmsFailures.of("SerializationException", name + " is no integer.");
    }
    return Optional.ofNullable((Integer) value);
  }

  boolean isSet(String name) {
    return Boolean.TRUE.equals(fields.get(name));
  }

  /** Bytes that come in base64. */
  public byte[] bytes(String name, int most) throws FailureException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(required(name));
    } catch (IllegalArgumentException e) {
      throw KmsFailures.of("SerializationException", name + " is no base64.");
    }
    if (bytes.length < 1 || bytes.length > most) {
      throw KmsFailures.invalid(
          "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length between 1 and %d"
              .formatted(name, most));
    }
    return bytes;
  }

  /** What the caller binds the secret to, by name. */
  public SortedMap<String, String> context() throws FailureException {
    SortedMap<String, String> context = new TreeMap<>();
    Object value = fields.get("EncryptionContext");
    if (value != null && !(value instanceof Map<?, ?>)) {
      throw KmsFailures.of("SerializationException", "EncryptionContext is no map.");
    }
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> each : map.entrySet()) {
        if (!(each.getValue() instanceof String text)) {
          throw KmsFailures.of("SerializationException", "EncryptionContext has no strings.");
        }
        context.put(String.valueOf(each.getKey()), text);
      }
    }
    if (context.toString().length() > MOST_CONTEXT) {
      throw KmsFailures.invalid("The encryption context is too long.");
    }
    return context;
  }
}

package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The body of StartSnapshot, checked as far as it can be without looking at anything else. */
record StartRequest(
    int volumeSizeGiB,
    Optional<String> parentId,
    Map<String, String> tags,
    Optional<String> description,
    Optional<String> clientToken,
    Optional<Boolean> encrypted,
    Optional<String> kmsKeyArn,
    int timeoutMinutes) {

  private static final int MOST_BODY_BYTES = 1 << 20;
  private static final int MOST_GIB = 65_536;
  private static final int MOST_TAGS = 50;
  private static final int MOST_DESCRIPTION = 255;
  // The model says 255; the guide says 64, so a client that stays under it is safe.
  private static final int MOST_TOKEN = 64;
  private static final int DEFAULT_TIMEOUT = 60;
  private static final int LEAST_TIMEOUT = 10;
  private static final int MOST_TIMEOUT = 4_320;
  private static final Pattern TOKEN = Pattern.compile("\\S+");
  private static final Pattern KEY_ARN =
      Pattern.compile("arn:aws[a-z\\-]*:kms:.*:[0-9]{12}:key/.*");

  static StartRequest read(Request request) throws IOException {
    Map<String, Object> body = body(request);
    return new StartRequest(
        volumeSize(body),
        parent(body),
        tags(body),
        description(body),
        clientToken(body),
        optional(body, "Encrypted", Boolean.class),
        kmsKeyArn(body),
        timeout(body));
  }

  /** All that must be the same when a client token is used again. */
  String fingerprint() {
    return String.join(
        "|",
        Integer.toString(volumeSizeGiB),
        parentId.toString(),
        new TreeMap<>(tags).toString(),
        description.toString(),
        encrypted.toString(),
        kmsKeyArn.toString(),
        Integer.toString(timeoutMinutes));
  }

  private static Map<String, Object> body(Request request) throws IOException {
    byte[] bytes = request.body().readNBytes(MOST_BODY_BYTES);
    try {
      return JSON.std.mapFrom(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw EbsFailures.malformed("The body is not a JSON object.");
    }
  }

  private static int volumeSize(Map<String, Object> body) throws FailureException {
    Optional<Number> size = optional(body, "VolumeSize", Number.class);
    if (size.isEmpty() || size.get().longValue() < 1 || size.get().longValue() > MOST_GIB) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_VOLUME_SIZE,
          "The volume size must be between 1 and " + MOST_GIB + " GiB.");
    }
    return size.get().intValue();
  }

  private static Optional<String> parent(Map<String, Object> body) throws FailureException {
    Optional<String> id = optional(body, "ParentSnapshotId", String.class);
    return id.isPresent() ? Optional.of(Parameters.snapshotId(id.get())) : id;
  }

  private static Optional<String> description(Map<String, Object> body) throws FailureException {
    Optional<String> text = optional(body, "Description", String.class);
    if (text.isPresent() && (text.get().isEmpty() || text.get().length() > MOST_DESCRIPTION)) {
      throw value("The description must have 1 to " + MOST_DESCRIPTION + " characters.");
    }
    return text;
  }

  private static Optional<String> clientToken(Map<String, Object> body) throws FailureException {
    Optional<String> token = optional(body, "ClientToken", String.class);
    if (token.isPresent()
        && (token.get().length() > MOST_TOKEN || !TOKEN.matcher(token.get()).matches())) {
      throw value("The client token must have 1 to " + MOST_TOKEN + " characters, none blank.");
    }
    return token;
  }

  private static Optional<String> kmsKeyArn(Map<String, Object> body) throws FailureException {
    Optional<String> arn = optional(body, "KmsKeyArn", String.class);
    if (arn.isPresent() && !KEY_ARN.matcher(arn.get()).matches()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_CUSTOMER_KEY, "The key must be given by its ARN.");
    }
    return arn;
  }

  private static int timeout(Map<String, Object> body) throws FailureException {
    Optional<Number> minutes = optional(body, "Timeout", Number.class);
    if (minutes.isPresent()
        && (minutes.get().longValue() < LEAST_TIMEOUT
            || minutes.get().longValue() > MOST_TIMEOUT)) {
      throw value(
          "The timeout must be between " + LEAST_TIMEOUT + " and " + MOST_TIMEOUT + " minutes.");
    }
    return minutes.map(Number::intValue).orElse(DEFAULT_TIMEOUT);
  }

  private static Map<String, String> tags(Map<String, Object> body) throws FailureException {
    Map<String, String> tags = new TreeMap<>();
    for (Object each : optional(body, "Tags", List.class).orElse(List.of())) {
      if (!(each instanceof Map<?, ?> tag)
          || !(tag.get("Key") instanceof String key)
          || !(tag.get("Value") instanceof String value)) {
        throw EbsFailures.malformed("A tag must have a key and a value.");
      }
      if (key.isEmpty()
          || key.length() > 128
          || value.length() > 256
          || key.startsWith("aws:")
          || tags.put(key, value) != null) {
        throw EbsFailures.invalid(EbsFailures.INVALID_TAG, "The tag '" + key + "' is not valid.");
      }
    }
    if (tags.size() > MOST_TAGS) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_TAG, "There may be " + MOST_TAGS + " tags, not " + tags.size() + ".");
    }
    return tags;
  }

  private static <T> Optional<T> optional(Map<String, Object> body, String name, Class<T> type)
      throws FailureException {
    Object value = body.get(name);
    if (value != null && !type.isInstance(value)) {
      throw EbsFailures.malformed("The value of " + name + " is of the wrong type.");
    }
    return Optional.ofNullable(type.cast(value));
  }

  private static FailureException value(String message) {
    return EbsFailures.invalid(EbsFailures.INVALID_PARAMETER_VALUE, message);
  }
}

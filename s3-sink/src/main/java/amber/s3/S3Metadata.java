package amber.s3;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an object carries beside its bytes, to be seen without reading them. It is a courtesy: the
 * archive itself holds all of it, whole.
 *
 * @param values by name, as text; their encoded form is at most {@link #MAX_BYTES} long
 */
public record S3Metadata(Map<String, String> values) {

  /** Nothing. */
  public static final S3Metadata NONE = new S3Metadata(Map.of());

  /** The image's name. */
  public static final String AMI_NAME = "ami-name";

  /** The image's description, cut where it would not fit. */
  public static final String AMI_DESCRIPTION = "ami-description";

  /** When the image was registered. */
  public static final String AMI_REGISTRATION_DATE = "ami-registration-date";

  /** The account that owns the image. */
  public static final String AMI_OWNER_ACCOUNT = "ami-owner-account";

  /** When the archive was stored. */
  public static final String AMI_STORE_DATE = "ami-store-date";

  /** The version of the archive's format. */
  public static final String FORMAT_VERSION = "amber-format";

  /** The UUID of the archive. */
  public static final String ARCHIVE_UUID = "amber-archive";

  /** The attempt that stored the object; set by the store itself. */
  static final String ATTEMPT = "amber-attempt";

  /** S3's limit of 2 KB, less what the store itself adds. */
  static final int MAX_BYTES = 2048 - ATTEMPT.length() - 36;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final int HIGHEST_PLAIN = 0x7E;

  /** Checks names and length. */
  public S3Metadata {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
    int bytes = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (!NAME.matcher(entry.getKey()).matches() || entry.getKey().equals(ATTEMPT)) {
        throw new IllegalArgumentException(
            "metadata '%s', should have a name of lower-case letters, digits and hyphens"
                .formatted(entry.getKey()));
      }
      bytes += entry.getKey().length() + encode(entry.getValue()).length();
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "metadata of %d bytes, should be at most %d".formatted(bytes, MAX_BYTES));
    }
  }

  /**
   * The metadata of an archive of an image.
   *
   * @param image what is known of the image, by the names above; its description is cut to fit
   * @param formatVersion the version of the archive's format
   * @param archive the archive's UUID
   * @param storedAt when it is stored
   */
  public static S3Metadata ofImage(
      Map<String, String> image, String formatVersion, Optional<UUID> archive, Instant storedAt) {
    Map<String, String> values = new LinkedHashMap<>(image);
    values.put(AMI_STORE_DATE, storedAt.toString());
    values.put(FORMAT_VERSION, formatVersion);
    archive.ifPresent(uuid -> values.put(ARCHIVE_UUID, uuid.toString()));
    String description = values.remove(AMI_DESCRIPTION);
    if (description != null) {
      int room = MAX_BYTES - AMI_DESCRIPTION.length();
      for (Map.Entry<String, String> entry : values.entrySet()) {
        room -= entry.getKey().length() + encode(entry.getValue()).length();
      }
      values.put(AMI_DESCRIPTION, cut(description, room));
    }
    return new S3Metadata(values);
  }

  /** What is sent: every value in visible ASCII, so that no server in between can change it. */
  Map<String, String> encoded() {
    Map<String, String> encoded = new TreeMap<>();
    values.forEach((name, value) -> encoded.put(name, encode(value)));
    return encoded;
  }

  /** What was sent, from what a server returned; another tool's as it is. */
  static Map<String, String> decoded(Map<String, String> encoded) {
    Map<String, String> values = new TreeMap<>();
    encoded.forEach((name, value) -> values.put(name, decode(value)));
    values.remove(ATTEMPT);
    return values;
  }

  private static String cut(String text, int room) {
    StringBuilder fitting = new StringBuilder();
    int left = room;
    for (int character : text.codePoints().toArray()) {
      String one = Character.toString(character);
      left -= encode(one).length();
      if (left < 0) {
        break;
      }
      fitting.append(one);
    }
    return fitting.toString();
  }

  /** Percent-encodes what is not ASCII, the percent sign, and spaces that a header may lose. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int value = Byte.toUnsignedInt(bytes[i]);
      boolean lonelySpace =
          value == ' '
              && i > 0
              && i < bytes.length - 1
              && bytes[i - 1] != ' '
              && bytes[i + 1] != ' ';
      if (lonelySpace || (value > ' ' && value <= HIGHEST_PLAIN && value != '%')) {
        encoded.append((char) value);
      } else {
        encoded.append("%%%02X".formatted(value));
      }
    }
    return encoded.toString();
  }

  /** Takes {@link #encode} back, and leaves alone what it would not have made. */
  static String decode(String text) {
    List<Byte> bytes = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
        bytes.add((byte) ((high << 4) | low));
        i += 2;
      } else {
        for (byte b : text.substring(i, i + 1).getBytes(StandardCharsets.UTF_8)) {
          bytes.add(b);
        }
      }
    }
    byte[] all = new byte[bytes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes.get(i);
    }
    return new String(all, StandardCharsets.UTF_8);
  }
}

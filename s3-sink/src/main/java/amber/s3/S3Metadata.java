package amber.s3;

import amber.image.Image;
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
 * @param values by name, as text; encoded, and with what is carried, at most {@link #MAX_BYTES}
 *     long
 * @param carried what another object has, as it has it
 */
public record S3Metadata(Map<String, String> values, Map<String, String> carried) {

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

  /** That the archive is encrypted; nothing if it is not. */
  public static final String SEALED = "amber-sealed";

  /** The attempt that stored the object; set by the store itself. */
  static final String ATTEMPT = "amber-attempt";

  /** S3's limit of 2 KB, less what the store itself adds. */
  static final int MAX_BYTES = 2048 - ATTEMPT.length() - 36;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{1,24}");
  private static final int HIGHEST_PLAIN = 0x7E;

  /** Text alone. */
  public S3Metadata(Map<String, String> values) {
    this(values, Map.of());
  }

  /** What another object has, so that a copy has it, too. */
  static S3Metadata carriedFrom(Map<String, String> encoded) {
    Map<String, String> carried = new TreeMap<>(encoded);
    carried.remove(ATTEMPT);
    return new S3Metadata(Map.of(), carried);
  }

  /** Checks names and length. */
  public S3Metadata {
    carried = Collections.unmodifiableMap(new TreeMap<>(carried));
    values = Collections.unmodifiableMap(new TreeMap<>(values));
    for (String name : values.keySet()) {
      if (!NAME.matcher(name).matches() || name.equals(ATTEMPT)) {
        throw new IllegalArgumentException(
            "metadata '%s', should have a name of lower-case letters, digits and hyphens"
                .formatted(name));
      }
    }
    int bytes = bytes(values);
    for (Map.Entry<String, String> entry : carried.entrySet()) {
      bytes += entry.getKey().length() + entry.getValue().length();
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "metadata of %d bytes, should be at most %d".formatted(bytes, MAX_BYTES));
    }
  }

  /**
   * The metadata of an archive of an image, as AWS's own store task has it, and the archive's own.
   * What would not fit is cut: the description, and if need be the name.
   *
   * @param formatVersion the version of the archive's format
   * @param archive the archive's UUID
   * @param storedAt when it is stored
   */
  public static S3Metadata ofImage(
      Image image, String formatVersion, Optional<UUID> archive, Instant storedAt) {
    Map<String, String> known = new LinkedHashMap<>();
    image.name().ifPresent(name -> known.put(AMI_NAME, name));
    image.text("description").ifPresent(text -> known.put(AMI_DESCRIPTION, text));
    image.createdAt().ifPresent(time -> known.put(AMI_REGISTRATION_DATE, time.toString()));
    if (image.attributes().get("ec2") instanceof Map<?, ?> ec2
        && ec2.get("ownerId") instanceof String owner
        && ACCOUNT.matcher(owner).matches()) {
      known.put(AMI_OWNER_ACCOUNT, owner);
    }
    return ofImage(known, formatVersion, archive, storedAt);
  }

  /**
   * The metadata of an archive of an image.
   *
   * @param image what is known of the image, by the names above; its description is cut to fit, and
   *     so is its name
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
    String name = values.remove(AMI_NAME);
    String description = values.remove(AMI_DESCRIPTION);
    putCut(values, AMI_NAME, name);
    putCut(values, AMI_DESCRIPTION, description);
    return new S3Metadata(values);
  }

  /** The same, of an archive that is encrypted. */
  public S3Metadata ofSealed() {
    Map<String, String> marked = new LinkedHashMap<>(values);
    marked.put(SEALED, "1");
    return new S3Metadata(marked, carried);
  }

  private static void putCut(Map<String, String> values, String name, String text) {
    if (text != null) {
      String fitting = cut(text, MAX_BYTES - bytes(values) - name.length());
      if (!fitting.isEmpty()) {
        values.put(name, fitting);
      }
    }
  }

  private static int bytes(Map<String, String> values) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      bytes += entry.getKey().length() + encode(entry.getValue()).length();
    }
    return bytes;
  }

  /** What is sent: every value in visible ASCII, so that no server in between can change it. */
  Map<String, String> encoded() {
    Map<String, String> encoded = new TreeMap<>(carried);
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
    for (int character : text.codePoints().limit(room > 0 ? room : 0).toArray()) {
      String one = Character.toString(character);
      // At its end a space is longer than between letters.
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

package amber.image;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image's description as JSON: the first entry of an archive, and {@code manifest.json} in an
 * image directory. Archives keep the bytes as they are, so that nothing in them is lost.
 *
 * <p>The schema is in docs/format.md.
 */
public final class Manifest {

  /** The name of the manifest's file in archives and image directories. */
  public static final String FILE = "manifest.json";

  /** The largest manifest. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int SCHEMA = 1;

  private Manifest() {}

  /**
   * Reads a manifest.
   *
   * @param location named by errors
   * @throws InvalidImageException if it is not a manifest, or not a possible image
   * @throws UnsupportedImageException if it needs a newer version of this program
   */
  public static Image read(byte[] bytes, String location)
      throws InvalidImageException, UnsupportedImageException {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidImageException(
          location, "%d bytes, should be at most %d".formatted(bytes.length, MAX_BYTES));
    }
    Fields manifest = new Fields(location, "", Json.read(bytes, location));
    long schema = manifest.number("schema");
    if (schema != SCHEMA) {
      throw new UnsupportedImageException(
          location, "schema is %d, this version of amber knows %d".formatted(schema, SCHEMA));
    }
    for (Object feature : manifest.list("critical")) {
      throw new UnsupportedImageException(
          location, "it relies on '%s', which this version of amber lacks".formatted(feature));
    }
    return new Image(attributes(manifest.object("image")), volumes(manifest));
  }

  /** Writes the manifest of an image. The same image gives the same bytes. */
  public static byte[] write(Image image) {
    List<Object> volumes = new ArrayList<>();
    for (Volume volume : image.volumes()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", volume.file());
      volume.device().ifPresent(device -> fields.put("device", device));
      fields.put("sizeBytes", volume.sizeBytes());
      volumes.add(fields);
    }
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("schema", SCHEMA);
    manifest.put("image", image.attributes());
    manifest.put("volumes", volumes);
    return Json.write(manifest);
  }

  private static Map<String, Object> attributes(Fields image) throws InvalidImageException {
    for (String name : List.of("id", "name", "description", "architecture", "bootMode")) {
      image.text(name);
    }
    Optional<String> createdAt = image.text("createdAt");
    if (createdAt.isPresent() && !isTime(createdAt.get())) {
      throw image.wrong("createdAt", createdAt.get(), "a time such as 2026-11-23T08:00:00Z");
    }
    for (Map.Entry<String, Object> tag : image.object("tags").all().entrySet()) {
      if (!(tag.getValue() instanceof String)) {
        throw image.wrong("tags." + tag.getKey(), tag.getValue(), "text");
      }
    }
    return image.all();
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static List<Volume> volumes(Fields manifest) throws InvalidImageException {
    List<Object> items = manifest.list("volumes");
    if (items.isEmpty() || items.size() > Image.MAX_VOLUMES) {
      throw manifest.wrong(
          "volumes", items.size() + " items", "1 to %d items".formatted(Image.MAX_VOLUMES));
    }
    List<Volume> volumes = new ArrayList<>();
    for (int number = 0; number < items.size(); number++) {
      Fields volume = manifest.item("volumes", number);
      String file = volume.text("file").orElse(Volume.fileName(number));
      if (!file.equals(Volume.fileName(number))) {
        throw volume.wrong("file", file, Volume.fileName(number));
      }
      long sizeBytes = volume.number("sizeBytes");
      if (!Volume.isValidSize(sizeBytes)) {
        throw volume.wrong(
            "sizeBytes", sizeBytes, "a multiple of 512 from 512 to %d".formatted(Volume.MAX_BYTES));
      }
      volumes.add(new Volume(number, sizeBytes, volume.text("device")));
    }
    return volumes;
  }

  /** The fields of one JSON object, with the path to it for messages. */
  private record Fields(String location, String path, Map<String, Object> all) {

    Optional<String> text(String name) throws InvalidImageException {
      Object value = all.get(name);
      if (value != null && !(value instanceof String)) {
        throw wrong(name, value, "text");
      }
      return Optional.ofNullable((String) value);
    }

    long number(String name) throws InvalidImageException {
      Object value = all.get(name);
      if (value instanceof Integer || value instanceof Long) {
        return ((Number) value).longValue();
      }
      throw wrong(name, value, "a whole number");
    }

    List<Object> list(String name) throws InvalidImageException {
      Object value = all.get(name);
      if (value == null) {
        return List.of();
      }
      if (value instanceof List<?> list) {
        return new ArrayList<>(list);
      }
      throw wrong(name, value, "a list");
    }

    @SuppressWarnings("unchecked") // a JSON object's names are always text
    Fields object(String name) throws InvalidImageException {
      Object value = all.get(name);
      if (value == null) {
        return new Fields(location, path + name + ".", Map.of());
      }
      if (value instanceof Map<?, ?> map) {
        return new Fields(location, path + name + ".", (Map<String, Object>) map);
      }
      throw wrong(name, value, "an object");
    }

    Fields item(String name, int index) throws InvalidImageException {
      Object value = list(name).get(index);
      String itemName = name + "[" + index + "]";
      return new Fields(location, path, Collections.singletonMap(itemName, value)).object(itemName);
    }

    InvalidImageException wrong(String name, Object is, String shouldBe) {
      String shown = String.valueOf(is);
      if (shown.length() > 80) {
        shown = shown.substring(0, 77) + "...";
      }
      return new InvalidImageException(
          location, "%s%s is %s, should be %s".formatted(path, name, shown, shouldBe));
    }
  }
}

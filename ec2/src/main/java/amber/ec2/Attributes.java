package amber.ec2;

import amber.image.InvalidImageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The fields of one object of a manifest, checked as they are read. */
record Attributes(String location, Map<String, Object> all) {

  /** An object under construction, which leaves out what is not there. */
  static final class Builder {
    private final Map<String, Object> all = new LinkedHashMap<>();

    Builder put(String name, Object value) {
      boolean empty =
          value == null
              || (value instanceof String text && text.isEmpty())
              || (value instanceof List<?> list && list.isEmpty())
              || (value instanceof Map<?, ?> map && map.isEmpty());
      if (!empty) {
        all.put(name, value);
      }
      return this;
    }

    Map<String, Object> build() {
      return all;
    }
  }

  Optional<String> text(String name) throws InvalidImageException {
    return value(name, String.class, "text");
  }

  Optional<Integer> number(String name) throws InvalidImageException {
    return value(name, Integer.class, "a whole number");
  }

  Optional<Boolean> flag(String name) throws InvalidImageException {
    return value(name, Boolean.class, "true or false");
  }

  private <T> Optional<T> value(String name, Class<T> type, String shouldBe)
      throws InvalidImageException {
    Object value = all.get(name);
    if (value != null && !type.isInstance(value)) {
      throw wrong(name, value, shouldBe);
    }
    return Optional.ofNullable(type.cast(value));
  }

  Map<String, String> texts(String name) throws InvalidImageException {
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, Object> each : object(name).all().entrySet()) {
      if (!(each.getValue() instanceof String text)) {
        throw wrong(name + "." + each.getKey(), each.getValue(), "text");
      }
      texts.put(each.getKey(), text);
    }
    return texts;
  }

  Attributes object(String name) throws InvalidImageException {
    Object value = all.get(name);
    return value == null ? new Attributes(location, Map.of()) : of(name, value);
  }

  List<Attributes> objects(String name) throws InvalidImageException {
    List<Attributes> objects = new ArrayList<>();
    Object value = all.get(name);
    if (value == null) {
      return objects;
    }
    if (!(value instanceof Iterable<?> items)) {
      throw wrong(name, value, "a list");
    }
    for (Object item : items) {
      objects.add(of(name, item));
    }
    return objects;
  }

  @SuppressWarnings("unchecked") // a JSON object's names are always text
  private Attributes of(String name, Object value) throws InvalidImageException {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(name, value, "an object");
    }
    return new Attributes(location, (Map<String, Object>) map);
  }

  InvalidImageException wrong(String name, Object is, String shouldBe) {
    // Not the value: UEFI variables are nobody's business.
    return new InvalidImageException(
        location,
        "image.ec2: %s is %s, should be %s"
            .formatted(name, is.getClass().getSimpleName(), shouldBe));
  }
}

package amber.emulator.state;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns records into maps that JSON can hold, and back. Knows records, text, numbers, booleans,
 * enums, instants, and optionals, lists and maps of those. A component that the map lacks becomes
 * empty, zero or false, so that a record can gain components without losing old files.
 */
final class Records {

  private Records() {}

  static Map<String, Object> toMap(Record record) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = plain(read(record, component));
      if (value != null) {
        map.put(component.getName(), value);
      }
    }
    return map;
  }

  static <T extends Record> T fromMap(Class<T> type, Map<?, ?> map) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = rich(components[i].getGenericType(), map.get(components[i].getName()));
    }
    return make(type, values);
  }

  /** The same record with another value for one component. */
  static <T extends Record> T with(T record, String name, Object value) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    boolean found = false;
    for (int i = 0; i < components.length; i++) {
      boolean same = components[i].getName().equals(name);
      values[i] = same ? value : read(record, components[i]);
      found |= same;
    }
    if (!found) {
      throw new IllegalStateException("bug: " + record.getClass() + " has no " + name);
    }
    @SuppressWarnings("unchecked") // the class of a T makes Ts
    Class<T> type = (Class<T>) record.getClass();
    return make(type, values);
  }

  private static <T extends Record> T make(Class<T> type, Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: cannot make a " + type.getName(), e);
    }
  }

  private static Object read(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("bug: cannot read " + component, e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Record record) {
      return toMap(record);
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Records::plain).orElse(null);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Records::plain).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach((key, each) -> plain.put(key.toString(), plain(each)));
      return plain;
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    return value instanceof Instant instant ? instant.toString() : value;
  }

  private static Object rich(Type type, Object value) {
    if (type instanceof ParameterizedType generic) {
      return richGeneric(generic, value);
    }
    Class<?> raw = (Class<?>) type;
    if (value == null) {
      return empty(raw);
    }
    if (raw.isRecord()) {
      return fromMap(raw.asSubclass(Record.class), (Map<?, ?>) value);
    }
    if (raw.isEnum()) {
      return constant(raw, value.toString());
    }
    if (raw == Instant.class) {
      return Instant.parse(value.toString());
    }
    if (raw == int.class || raw == Integer.class) {
      return ((Number) value).intValue();
    }
    return raw == long.class || raw == Long.class ? ((Number) value).longValue() : value;
  }

  private static Object richGeneric(ParameterizedType generic, Object value) {
    Type[] arguments = generic.getActualTypeArguments();
    if (generic.getRawType() == Optional.class) {
      return value == null ? Optional.empty() : Optional.of(rich(arguments[0], value));
    }
    if (generic.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      if (value != null) {
        ((List<?>) value).forEach(each -> list.add(rich(arguments[0], each)));
      }
      return list;
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    if (value != null) {
      ((Map<?, ?>) value).forEach((key, each) -> map.put(key, rich(arguments[1], each)));
    }
    return map;
  }

  private static Object empty(Class<?> raw) {
    if (raw == boolean.class) {
      return false;
    }
    if (raw == int.class) {
      return 0;
    }
    if (raw == long.class) {
      return 0L;
    }
    return raw == String.class ? "" : null;
  }

  private static Object constant(Class<?> raw, String name) {
    for (Object each : raw.getEnumConstants()) {
      if (((Enum<?>) each).name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(name + ": is no " + raw.getSimpleName());
  }
}

package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The filters that a list has, by name, and what each looks at. */
final class FilterSet<T> {

  private static final String TAG = "tag:";

  private final Function<T, Map<String, String>> tags;
  private final Map<String, Function<T, Stream<String>>> values = new HashMap<>();

  /** With {@code tag:KEY} and {@code tag-key} for these tags. */
  FilterSet(Function<T, Map<String, String>> tags) {
    this.tags = tags;
    values.put("tag-key", item -> tags.apply(item).keySet().stream());
    values.put("tag-value", item -> tags.apply(item).values().stream());
  }

  /** Adds a filter over one value. */
  FilterSet<T> one(String name, Function<T, Object> value) {
    return many(name, item -> Stream.of(value.apply(item).toString()));
  }

  /** Adds a filter over a value that may be absent. */
  FilterSet<T> optional(String name, Function<T, Optional<?>> value) {
    return many(name, item -> value.apply(item).stream().map(Object::toString));
  }

  /** Adds a filter over many values. */
  FilterSet<T> many(String name, Function<T, Stream<String>> all) {
    values.put(name, all);
    return this;
  }

  /** Refuses a filter that this list does not have. */
  void check(List<Filter> filters) throws FailureException {
    for (Filter filter : filters) {
      if (!filter.name().startsWith(TAG) && !values.containsKey(filter.name())) {
        throw Ec2Failures.invalid("The filter '" + filter.name() + "' is invalid");
      }
    }
  }

  /** Whether something passes all filters. */
  boolean passes(List<Filter> filters, T item) {
    return filters.stream().allMatch(filter -> filter.passes(values(filter.name(), item)));
  }

  private Stream<String> values(String name, T item) {
    return name.startsWith(TAG)
        ? Stream.ofNullable(tags.apply(item).get(name.substring(TAG.length())))
        : values.get(name).apply(item);
  }
}

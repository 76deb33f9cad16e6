package amber.benchmark.aws;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A verb and {@code --name value} pairs. */
final class Arguments {

  private final String verb;
  private final Map<String, String> values = new HashMap<>();

  Arguments(String[] args) {
    Deque<String> rest = new ArrayDeque<>(List.of(args));
    this.verb = rest.isEmpty() ? "" : rest.remove();
    while (rest.size() > 1 && rest.element().startsWith("--")) {
      values.put(rest.remove().substring(2), rest.remove());
    }
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException(
          "argument '%s', should be one of a pair --name value".formatted(rest.element()));
    }
  }

  String verb() {
    return verb;
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--%s is missing, should be given".formatted(name));
    }
    return value;
  }

  int number(String name, int otherwise) {
    return values.containsKey(name) ? Integer.parseInt(text(name)) : otherwise;
  }

  /** A rate, of which 0 means none. */
  double rate(String name, double otherwise) {
    double rate = values.containsKey(name) ? Double.parseDouble(text(name)) : otherwise;
    return rate == 0 ? Double.POSITIVE_INFINITY : rate;
  }
}

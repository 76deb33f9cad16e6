package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parameters of a request, or of one structure in it, as typed values.
 *
 * <p>Structures and lists come flattened: {@code Filter.1.Value.2=x} is the second value of the
 * first filter. What was asked for is remembered, so that {@link #done} can refuse the rest. For
 * one thread.
 */
final class Parameters {

  private final Map<String, String> form;
  private final Set<String> known;
  private final String prefix;

  private Parameters(Map<String, String> form, Set<String> known, String prefix) {
    this.form = form;
    this.known = known;
    this.prefix = prefix;
  }

  static Parameters of(Map<String, String> form) {
    Map<String, String> own = new TreeMap<>(form);
    // Part of a presigned URL, and no parameter of an operation.
    own.keySet().removeIf(name -> name.startsWith("X-Amz-"));
    return new Parameters(own, new HashSet<>(), "");
  }

  /** The full name of a parameter, for messages. */
  String name(String name) {
    return prefix + name;
  }

  /** The value as sent; empty when the parameter was not sent. */
  Optional<String> text(String name) {
    known.add(prefix + name);
    return Optional.ofNullable(form.get(prefix + name));
  }

  /** A value that must be there and must not be empty. */
  String required(String name) throws FailureException {
    String value = text(name).orElse("");
    if (value.isEmpty()) {
      throw Ec2Failures.missing(prefix + name);
    }
    return value;
  }

  /** A value that must be one of some. */
  Optional<String> oneOf(String name, Set<String> allowed) throws FailureException {
    Optional<String> value = text(name);
    if (value.isPresent() && !allowed.contains(value.get())) {
      throw Ec2Failures.invalid(
          prefix + name,
          value.get(),
          "Valid values: " + String.join(" | ", new TreeSet<>(allowed)));
    }
    return value;
  }

  /** A value with at most so many characters. */
  Optional<String> text(String name, int most) throws FailureException {
    Optional<String> value = text(name);
    if (value.isPresent() && value.get().codePointCount(0, value.get().length()) > most) {
      throw Ec2Failures.invalid(
          "The parameter " + prefix + name + " is longer than " + most + " characters");
    }
    return value;
  }

  /** Whether a flag is set. */
  boolean flag(String name) throws FailureException {
    return bool(name).orElse(false);
  }

  Optional<Boolean> bool(String name) throws FailureException {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get().equalsIgnoreCase("true") || value.get().equalsIgnoreCase("false")) {
      return Optional.of(value.get().equalsIgnoreCase("true"));
    }
    throw Ec2Failures.invalid(prefix + name, value.get(), "Expecting true or false");
  }

  Optional<Integer> integer(String name) throws FailureException {
    Optional<String> value = text(name);
    try {
      return value.map(Integer::valueOf);
    } catch (NumberFormatException e) {
      throw Ec2Failures.invalid(prefix + name, value.orElse(""), "Expecting an integer");
    }
  }

  Optional<Instant> time(String name) throws FailureException {
    Optional<String> value = text(name);
    Optional<Instant> time = value.flatMap(Times::parse);
    if (value.isPresent() && time.isEmpty()) {
      throw Ec2Failures.invalid(
          prefix + name, value.get(), "Expecting a time such as 2026-03-01T12:00:00Z");
    }
    return time;
  }

  /** A list of plain values: {@code name.1}, {@code name.2} and so on, without regard to gaps. */
  List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    for (int index : indexes(name)) {
      text(name + "." + index).ifPresent(values::add);
    }
    return values;
  }

  /** A list of structures. */
  List<Parameters> structures(String name) {
    List<Parameters> items = new ArrayList<>();
    for (int index : indexes(name)) {
      items.add(structure(name + "." + index));
    }
    return items;
  }

  /** One structure; without parameters when it was not sent. */
  Parameters structure(String name) {
    return new Parameters(form, known, prefix + name + ".");
  }

  /** Whether anything of this structure was sent. */
  boolean any() {
    return form.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** Refuses a parameter that nobody asked for. */
  void done() throws FailureException {
    for (String name : form.keySet()) {
      if (name.startsWith(prefix) && !known.contains(name)) {
        throw Ec2Failures.unknown(name);
      }
    }
  }

  private Set<Integer> indexes(String name) {
    Set<Integer> found = new TreeSet<>();
    String start = prefix + name + ".";
    for (String each : form.keySet()) {
      if (each.startsWith(start)) {
        int end = each.indexOf('.', start.length());
        String number = each.substring(start.length(), end < 0 ? each.length() : end);
        // Anything else is left for done() to refuse.
        if (number.matches("[1-9][0-9]{0,8}")) {
          found.add(Integer.valueOf(number));
        }
      }
    }
    return found;
  }
}

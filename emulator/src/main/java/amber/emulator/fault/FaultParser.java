package amber.emulator.fault;

import amber.emulator.http.Trouble;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rules; {@link Faults} says how they are written. */
final class FaultParser {

  private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m)");
  // No client of use waits as long, and a thread is held meanwhile.
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(30);

  private static final Set<String> CONDITIONS =
      Set.of("nth", "every", "first", "after", "after-part", "p");
  private static final Set<String> DETAILS = Set.of("reason", "message", "code");

  private final String rule;
  private final Map<String, String> settings = new HashMap<>();

  private FaultParser(String rule) {
    this.rule = rule;
  }

  static FaultRule parse(String rule) {
    return new FaultParser(rule).read();
  }

  private FaultRule read() {
    List<String> fields = List.of(rule.split(":", -1));
    if (fields.size() < 3) {
      throw problem("should be SERVICE:OPERATION:[CONDITION:]...ACTION");
    }
    for (String field : fields.subList(2, fields.size())) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      if (settings.put(name, equals < 0 ? "" : field.substring(equals + 1)) != null) {
        throw problem("has two times '" + name + "', should have it once");
      }
    }
    FaultRule.When when =
        new FaultRule.When(
            whole("nth"),
            whole("every"),
            whole("first"),
            whole("after"),
            whole("after-part"),
            probability());
    return new FaultRule(rule, fields.get(0), fields.get(1), when, action());
  }

  private Action action() {
    List<String> actions =
        settings.keySet().stream()
            .filter(name -> !CONDITIONS.contains(name) && !DETAILS.contains(name))
            .toList();
    if (actions.size() != 1 && !Set.copyOf(actions).equals(Set.of("error", "status"))) {
      throw problem("has the actions " + actions + ", should have one");
    }
    if (settings.containsKey("error")) {
      return new Action.Answer(
          whole("status").map(status -> requireStatus(status, true)).orElse(0),
          settings.get("error"),
          Optional.ofNullable(settings.get("reason")),
          Optional.ofNullable(settings.get("message")));
    }
    return switch (actions.get(0)) {
      case "delay" -> delay();
      case "rate" -> new Action.Rate(required("rate").intValue());
      case "status" -> status();
      case "throttle" -> new Action.Refuse(Trouble.THROTTLED);
      case "deny" -> new Action.Refuse(Trouble.DENIED);
      case "expired" -> new Action.Refuse(Trouble.EXPIRED_SIGNATURE);
      case "expired-token" -> new Action.Refuse(Trouble.EXPIRED_TOKEN);
      case "cut-before" -> new Action.CutBefore();
      case "cut-after" -> new Action.CutAfter();
      case "truncate" -> new Action.Truncate(whole("truncate").orElse(-1L));
      case "flip" -> new Action.Flip();
      case "flip-request" -> new Action.FlipRequest();
      case "silence" -> new Action.Silence(silence("silence"), true);
      case "silence-after" -> new Action.Silence(silence("silence-after"), false);
      case "unseen" -> new Action.Unseen();
      case "drip" -> new Action.Drip(required("drip").intValue());
      default -> throw problem("has the action '" + actions.get(0) + "', which is none");
    };
  }

  private Action status() {
    int status = requireStatus(required("status"), false);
    return switch (status) {
      case 500 -> new Action.Refuse(Trouble.INTERNAL);
      case 503 -> new Action.Refuse(Trouble.UNAVAILABLE);
      default -> new Action.Status(status);
    };
  }

  /** An error may come with 200, as S3 sends one that it met after it had begun to answer. */
  private int requireStatus(long status, boolean named) {
    if ((status < 400 || status > 599) && !(named && status == 200)) {
      throw problem(
          "has status "
              + status
              + ", should be from 400 to 599"
              + (named ? ", or 200 for an error in the body" : ""));
    }
    return (int) status;
  }

  /** {@code delay=50ms}, {@code delay=10ms-200ms} or {@code delay=~50ms}. */
  private Action delay() {
    String text = settings.get("delay");
    if (text.startsWith("~")) {
      return new Action.Delay(Duration.ZERO, time(text.substring(1)), true);
    }
    int dash = text.indexOf('-');
    Duration least = time(dash < 0 ? text : text.substring(0, dash));
    Duration most = dash < 0 ? least : time(text.substring(dash + 1));
    if (most.compareTo(least) < 0) {
      throw problem(
          "has a delay from " + least + " to " + most + ", should not end before it starts");
    }
    return new Action.Delay(least, most, false);
  }

  /** {@code silence} or {@code silence=5s}. */
  private Duration silence(String name) {
    String text = settings.get(name);
    return text.isEmpty() ? LONGEST_SILENCE : time(text);
  }

  private Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw problem("has the time '" + text + "', should be such as 50ms, 2s or 1m");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMinutes(count);
    };
  }

  private Long required(String name) {
    return whole(name).orElseThrow(() -> problem("has no number for " + name));
  }

  private Optional<Long> whole(String name) {
    String text = settings.getOrDefault(name, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      long value = Long.parseLong(text);
      if (value < 1) {
        throw problem("has " + name + "=" + text + ", should be at least 1");
      }
      return Optional.of(value);
    } catch (NumberFormatException e) {
      throw problem("has " + name + "=" + text + ", should be a whole number");
    }
  }

  private Optional<Double> probability() {
    String text = settings.get("p");
    if (text == null) {
      return Optional.empty();
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw problem("has p=" + text + ", should be between 0 and 1");
  }

  private FaultScriptException problem(String what) {
    return new FaultScriptException(rule, what);
  }
}

package amber.emulator.iam;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An identity-based policy of the 2012 version, as far as it allows: no {@code Deny}, no {@code
 * NotAction}, no policy variables. What it does not know is refused when it is read.
 */
public final class Policy {

  private static final Set<String> OPERATORS =
      Set.of("StringEquals", "StringLike", "Bool", "Null", "ForAllValues:StringEquals");

  private static final Set<String> FIELDS =
      Set.of("Sid", "Effect", "Action", "Resource", "Condition");

  private final List<Statement> statements;

  private Policy(List<Statement> statements) {
    this.statements = statements;
  }

  private record Condition(String operator, String key, List<String> values) {

    boolean holds(Map<String, Set<String>> context) {
      Set<String> is = context.getOrDefault(key, Set.of());
      return switch (operator) {
        case "Null" -> values.contains(Boolean.toString(is.isEmpty()));
        case "StringLike" -> is.stream().anyMatch(v -> values.stream().anyMatch(p -> like(p, v)));
        case "ForAllValues:StringEquals" -> values.containsAll(is);
        default -> is.stream().anyMatch(values::contains);
      };
    }
  }

  private record Statement(
      List<String> actions, List<String> resources, List<Condition> conditions) {

    boolean allows(Need need) {
      String action = need.action().toLowerCase(Locale.ROOT);
      return actions.stream().anyMatch(p -> like(p.toLowerCase(Locale.ROOT), action))
          && resources.stream().anyMatch(pattern -> like(pattern, need.resource()))
          && conditions.stream().allMatch(condition -> condition.holds(need.context()));
    }
  }

  /** Reads a policy's document; throws when it says what is not known here. */
  public static Policy read(String json) throws IOException {
    Map<String, Object> document = JSON.std.mapFrom(json);
    if (!"2012-10-17".equals(document.get("Version"))) {
      throw new IOException("policy: version is %s".formatted(document.get("Version")));
    }
    List<Statement> statements = new ArrayList<>();
    for (Object each : (List<?>) document.get("Statement")) {
      statements.add(statement((Map<?, ?>) each));
    }
    return new Policy(List.copyOf(statements));
  }

  private static Statement statement(Map<?, ?> fields) throws IOException {
    if (!FIELDS.containsAll(fields.keySet()) || !"Allow".equals(fields.get("Effect"))) {
      throw new IOException("policy: a statement has %s".formatted(fields.keySet()));
    }
    List<Condition> conditions = new ArrayList<>();
    if (fields.get("Condition") instanceof Map<?, ?> operators) {
      for (Map.Entry<?, ?> operator : operators.entrySet()) {
        String name = String.valueOf(operator.getKey());
        if (!OPERATORS.contains(name)) {
          throw new IOException("policy: condition operator %s is not known".formatted(name));
        }
        ((Map<?, ?>) operator.getValue())
            .forEach(
                (key, values) ->
                    conditions.add(new Condition(name, String.valueOf(key), texts(values))));
      }
    }
    return new Statement(texts(fields.get("Action")), texts(fields.get("Resource")), conditions);
  }

  private static List<String> texts(Object oneOrMore) {
    return oneOrMore instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(oneOrMore));
  }

  /** Whether it allows that. */
  public boolean allows(Need need) {
    return statements.stream().anyMatch(statement -> statement.allows(need));
  }

  private static boolean like(String pattern, String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char character = pattern.charAt(i);
      switch (character) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(character)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }
}

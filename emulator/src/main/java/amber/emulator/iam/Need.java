package amber.emulator.iam;

import java.util.Map;
import java.util.Set;

/**
 * A permission that a request needs.
 *
 * @param action such as {@code ebs:StartSnapshot}
 * @param resource the ARN, or {@code *} for an action that knows no resources
 * @param context the values of condition keys, such as {@code aws:ResourceTag/Name}
 */
public record Need(String action, String resource, Map<String, Set<String>> context) {

  /** What stands for all resources. */
  static final String ANY = "*";

  /** Copies the context. */
  public Need {
    context = Map.copyOf(context);
  }

  static Need of(String action, String resource) {
    return new Need(action, resource, Map.of());
  }
}

package amber.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables that what a command does depends on: recorded with a task, so that it can be gone
 * on with from a shell that has others. No secret is among them; who is allowed what is asked of
 * the shell that goes on.
 */
final class TaskEnvironment {

  /** A task has them as they were, or not at all: what it makes, and where. */
  private static final List<String> FIXED =
      List.of(
          "AMBER_LEVEL",
          "AMBER_THREADS",
          "SOURCE_DATE_EPOCH",
          "AWS_REGION",
          "AWS_DEFAULT_REGION",
          "AWS_ENDPOINT_URL",
          "AWS_ENDPOINT_URL_S3",
          "AWS_ENDPOINT_URL_EC2",
          "AWS_ENDPOINT_URL_EBS",
          "AWS_ENDPOINT_URL_STS",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
          "AWS_USE_FIPS_ENDPOINT",
          "AWS_USE_DUALSTACK_ENDPOINT");

  /** A task has them as they were, or as they are now: how one signs in. */
  private static final List<String> USUAL =
      List.of(
          "AWS_PROFILE",
          "AWS_DEFAULT_PROFILE",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_CA_BUNDLE",
          "AMBER_POLL_MS");

  private TaskEnvironment() {}

  /** What is recorded. */
  static Map<String, String> of(Console console) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (List<String> names : List.of(FIXED, USUAL)) {
      for (String name : names) {
        String value = console.variable(name);
        // A URL may have a password in it.
        if (value != null && !(value.contains("://") && value.contains("@"))) {
          environment.put(name, value);
        }
      }
    }
    return environment;
  }

  /** The environment that a task is gone on with. */
  static Map<String, String> over(Map<String, String> now, Map<String, String> recorded) {
    Map<String, String> environment = new LinkedHashMap<>(now);
    environment.keySet().removeAll(FIXED);
    environment.putAll(recorded);
    return environment;
  }
}

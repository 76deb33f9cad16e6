package amber.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Variables that the SDK reads by itself, set for as long as a recorded command runs again: a
 * process cannot change its environment, but the SDK asks properties first.
 */
final class SdkProperties {

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("AWS_PROFILE", "aws.profile"),
          Map.entry("AWS_REGION", "aws.region"),
          Map.entry("AWS_CONFIG_FILE", "aws.configFile"),
          Map.entry("AWS_SHARED_CREDENTIALS_FILE", "aws.sharedCredentialsFile"),
          Map.entry("AWS_ENDPOINT_URL", "aws.endpointUrl"),
          Map.entry("AWS_ENDPOINT_URL_S3", "aws.endpointUrlS3"),
          Map.entry("AWS_ENDPOINT_URL_EC2", "aws.endpointUrlEc2"),
          Map.entry("AWS_ENDPOINT_URL_EBS", "aws.endpointUrlEbs"),
          Map.entry("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "aws.ignoreConfiguredEndpointUrls"),
          Map.entry("AWS_USE_FIPS_ENDPOINT", "aws.useFipsEndpoint"),
          Map.entry("AWS_USE_DUALSTACK_ENDPOINT", "aws.useDualstackEndpoint"));

  private static final String ENDPOINT = "AWS_ENDPOINT_URL";
  private static final String IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

  private SdkProperties() {}

  /** Does something while those are set whose variables the process does not have like that. */
  static <T> T during(Map<String, String> variables, ProgressDisplay.Work<T> work)
      throws IOException {
    Map<String, String> before = new LinkedHashMap<>();
    Map<String, String> all = new LinkedHashMap<>(variables);
    if (isOfTheProcessAlone(variables)) {
      // A property cannot take a variable away.
      all.put(IGNORE, "true");
    }
    all.forEach(
        (name, value) -> {
          String property = NAMES.get(name);
          if (property != null && !value.equals(System.getenv(name))) {
            before.put(property, System.getProperty(property));
            System.setProperty(property, value);
          }
        });
    try {
      return work.run();
    } finally {
      before.forEach(SdkProperties::restore);
    }
  }

  /** Whether endpoints are named now, and none was then. */
  private static boolean isOfTheProcessAlone(Map<String, String> variables) {
    return System.getenv().keySet().stream().anyMatch(name -> name.startsWith(ENDPOINT))
        && variables.keySet().stream().noneMatch(name -> name.startsWith(ENDPOINT));
  }

  private static void restore(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }
}

package amber.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where something is made that is only half of what it shall be: the same name elsewhere is another
 * thing. Part of a task's recipe.
 *
 * @param endpoint where the services answer; empty for AWS's own
 * @param region in which they are asked
 * @param account who asks, where what is made is an account's own and the account is known
 * @param profile by which that is known else; empty if none was named
 */
record TaskPlace(String endpoint, String region, String account, String profile) {

  private static final String ENDPOINT = "the endpoint";
  private static final String REGION = "the region";
  private static final String ACCOUNT = "the account";
  private static final String PROFILE = "the profile";

  /** As it is recorded, by name. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(ENDPOINT, endpoint);
    values.put(REGION, region);
    values.put(ACCOUNT, account);
    values.put(PROFILE, profile);
    return values;
  }

  /**
   * Whether a difference counts: of one account, profiles are names only; and whoever did not learn
   * the account goes by the profile.
   */
  static boolean counts(String name, Map<String, String> now, Map<String, String> before) {
    String accountNow = now.getOrDefault(ACCOUNT, "");
    String accountBefore = before.getOrDefault(ACCOUNT, "");
    boolean known = !accountNow.isEmpty() && !accountBefore.isEmpty();
    return switch (name) {
      case ACCOUNT -> known;
      case PROFILE -> !known;
      default -> true;
    };
  }

  /**
   * Checks that what a task has left is looked for where it was made. Elsewhere it would not be
   * found, and count as removed.
   *
   * @param id of the task
   * @param recorded its recipe
   */
  void requireSame(String id, Map<String, String> recorded) throws RefusedException {
    if (!recorded.containsKey(REGION)) {
      // It came to no place.
      return;
    }
    List<String> changes = TaskRecipe.changes(values(), recorded);
    if (!changes.isEmpty()) {
      throw RefusedException.usage(
          "%s: was begun elsewhere, and cannot be removed from here: %s"
              .formatted(id, String.join("; ", changes)),
          "sign in as then; see its command: amber tasks show " + id);
    }
  }

  /** An endpoint in words, without what may be secret in it. */
  static String text(Optional<URI> endpoint) {
    return endpoint
        .map(
            uri -> {
              String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
              String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("/$", "");
              return "%s://%s%s%s".formatted(uri.getScheme(), uri.getHost(), port, path);
            })
        .orElse("");
  }
}

package amber.seal;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** An archive is encrypted to others. */
public final class NoIdentityException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int MOST_NAMED = 8;

  /**
   * Says to whom.
   *
   * @param recipients to whom it is encrypted
   * @param identities what did not open it
   */
  public NoIdentityException(
      String location, List<RecipientName> recipients, List<? extends Identity> identities) {
    super(
        "%s: is encrypted to %s, %s"
            .formatted(
                location,
                named(recipients),
                identities.isEmpty()
                    ? "an identity should be given"
                    : "is not opened by "
                        + identities.stream()
                            .map(Identity::name)
                            .collect(Collectors.joining(", "))));
  }

  /** Not all: they are a stranger's, and there may be a thousand. */
  private static String named(List<RecipientName> recipients) {
    String some =
        recipients.stream()
            .limit(MOST_NAMED)
            .map(RecipientName::text)
            .collect(Collectors.joining("; "));
    int more = recipients.size() - MOST_NAMED;
    return more > 0 ? "%s; and %d more".formatted(some, more) : some;
  }
}

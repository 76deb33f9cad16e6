package amber.seal;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** An archive is encrypted to others. */
public final class NoIdentityException extends IOException {

  private static final long serialVersionUID = 1L;

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
                recipients.stream().map(RecipientName::text).collect(Collectors.joining("; ")),
                identities.isEmpty()
                    ? "an identity should be given"
                    : "is not opened by "
                        + identities.stream()
                            .map(Identity::name)
                            .collect(Collectors.joining(", "))));
  }
}

package amber.seal;

import java.util.Optional;
import org.bouncycastle.cms.RecipientInformation;

/** What opens an archive that was encrypted to one of its recipients. */
public interface Identity {

  /** What messages call it. */
  String name();

  /**
   * Unwraps a key.
   *
   * @param wrapped to whomever
   * @return the key, which the caller wipes; nothing if it was not wrapped to this identity
   */
  Optional<byte[]> unwrap(RecipientInformation wrapped);
}

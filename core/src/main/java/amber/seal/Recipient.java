package amber.seal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.UUID;
import org.bouncycastle.cms.RecipientInfoGenerator;

/** Somebody an archive is encrypted to. */
public interface Recipient {

  /** What messages call it. */
  String name();

  /**
   * What wraps a key to it, as CMS has it.
   *
   * @param archive the archive that the key is for
   * @throws GeneralSecurityException if its key cannot be used
   * @throws IOException if somebody outside has its key, and does not let it be used
   */
  RecipientInfoGenerator wrapping(UUID archive, Crypto crypto)
      throws GeneralSecurityException, IOException;
}

package amber.seal;

import org.bouncycastle.cms.RecipientInfoGenerator;

/** Somebody an archive is encrypted to. */
public interface Recipient {

  /** What messages call it. */
  String name();

  /**
   * What wraps a key to it, as CMS has it.
   *
   * @throws java.security.GeneralSecurityException if its key cannot be used
   */
  RecipientInfoGenerator wrapping(Crypto crypto) throws java.security.GeneralSecurityException;
}

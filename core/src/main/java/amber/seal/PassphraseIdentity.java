package amber.seal;

import java.util.Optional;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.PasswordRecipient;
import org.bouncycastle.cms.PasswordRecipientInformation;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.cms.jcajce.JcePasswordEnvelopedRecipient;

/**
 * A passphrase.
 *
 * @param passphrase stays the caller's, who wipes it
 */
public record PassphraseIdentity(Passphrase passphrase) implements Identity {

  @Override
  public String name() {
    return "the passphrase";
  }

  @Override
  public Optional<byte[]> unwrap(WrappedTo wrapped) {
    if (!(wrapped.information() instanceof PasswordRecipientInformation information)
        || PassphraseRounds.of(information.getKeyDerivationAlgorithm()) == 0) {
      return Optional.empty();
    }
    Unwrapped unwrapped = new Unwrapped();
    return unwrapped.of(information, new Opening(passphrase.characters(), unwrapped));
  }

  /** Takes out the key with which the content is encrypted. */
  private static final class Opening extends JcePasswordEnvelopedRecipient {
    private final Unwrapped unwrapped;

    Opening(char[] characters, Unwrapped unwrapped) {
      super(characters);
      this.unwrapped = unwrapped;
      setProvider(SealProvider.get());
      setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8);
    }

    @Override
    public RecipientOperator getRecipientOperator(
        AlgorithmIdentifier wrapping,
        AlgorithmIdentifier content,
        byte[] derivedKey,
        byte[] wrappedKey)
        throws CMSException {
      return unwrapped.take(extractSecretKey(wrapping, content, derivedKey, wrappedKey), content);
    }
  }
}

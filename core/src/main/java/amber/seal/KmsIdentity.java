package amber.seal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KEKRecipientInformation;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.cms.jcajce.JceKEKEnvelopedRecipient;

/**
 * Whoever AWS KMS takes one for.
 *
 * @param service is asked for the keys that an archive names, and for no others
 */
public record KmsIdentity(KeyService service) implements Identity {

  @Override
  public String name() {
    return "KMS";
  }

  @Override
  public Optional<byte[]> unwrap(WrappedTo wrapped) throws IOException {
    if (wrapped.kms().isEmpty()
        || !(wrapped.information() instanceof KEKRecipientInformation information)
        || !NISTObjectIdentifiers.id_aes256_wrap
            .getId()
            .equals(information.getKeyEncryptionAlgOID())) {
      return Optional.empty();
    }
    Optional<byte[]> key = service.unwrap(wrapped.kms().get(), wrapped.archive());
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      Unwrapped unwrapped = new Unwrapped();
      return unwrapped.of(information, new Opening(new SecretKeySpec(key.get(), "AES"), unwrapped));
    } finally {
      Arrays.fill(key.get(), (byte) 0);
    }
  }

  /** Takes out the key with which the content is encrypted. */
  private static final class Opening extends JceKEKEnvelopedRecipient {
    private final Unwrapped unwrapped;

    Opening(SecretKeySpec key, Unwrapped unwrapped) {
      super(key);
      this.unwrapped = unwrapped;
      setProvider(SealProvider.get());
    }

    @Override
    public RecipientOperator getRecipientOperator(
        AlgorithmIdentifier wrapping, AlgorithmIdentifier content, byte[] wrappedKey)
        throws CMSException {
      return unwrapped.take(extractSecretKey(wrapping, content, wrappedKey), content);
    }
  }
}

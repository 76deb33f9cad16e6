package amber.seal;

import java.io.IOException;
import java.security.Key;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.operator.InputDecryptor;

/** Catches a key on its way through CMS, which would otherwise show only what it encrypts. */
final class Unwrapped {

  private byte[] key;

  /** The key of one recipient; nothing if that is somebody else. */
  Optional<byte[]> of(RecipientInformation information, Recipient recipient) {
    try {
      information.getContentStream(recipient);
    } catch (CMSException | IOException | RuntimeException e) {
      // Whatever is wrong: it is not for this identity, or nobody can tell.
      return Optional.empty();
    }
    return Optional.ofNullable(key);
  }

  /** Takes the key; the content is decrypted elsewhere. */
  RecipientOperator take(Key found, AlgorithmIdentifier content) {
    key = found.getEncoded();
    return new RecipientOperator(
        new InputDecryptor() {
          @Override
          public AlgorithmIdentifier getAlgorithmIdentifier() {
            return content;
          }

          @Override
          public java.io.InputStream getInputStream(java.io.InputStream in) {
            return in;
          }
        });
  }
}

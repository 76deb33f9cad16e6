package amber.seal;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientInformation;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;

/**
 * A private key.
 *
 * @param name what messages call it
 * @param key RSA or EC
 * @param certificate of its public key; without one, it is tried on all that could be for it
 */
public record KeyIdentity(String name, PrivateKey key, Optional<X509Certificate> certificate)
    implements Identity {

  @Override
  public Optional<byte[]> unwrap(WrappedTo to) {
    RecipientInformation wrapped = to.information();
    Unwrapped unwrapped = new Unwrapped();
    if (!isFor(wrapped)) {
      return Optional.empty();
    }
    if (wrapped instanceof KeyTransRecipientInformation && key instanceof RSAPrivateKey) {
      return unwrapped.of(wrapped, new Transport(key, unwrapped));
    }
    if (wrapped instanceof KeyAgreeRecipientInformation && key instanceof ECPrivateKey ec) {
      PrimeFields.know(ec);
      return unwrapped.of(wrapped, new Agreement(key, unwrapped));
    }
    return Optional.empty();
  }

  @SuppressWarnings("unchecked") // the library's selectors of CMS are raw
  private boolean isFor(RecipientInformation wrapped) {
    try {
      return certificate.isEmpty()
          || wrapped.getRID().match(new X509CertificateHolder(certificate.get().getEncoded()));
    } catch (java.io.IOException | java.security.cert.CertificateEncodingException e) {
      return false;
    }
  }

  /** Never tells the key. */
  @Override
  public String toString() {
    return name;
  }

  private static final class Transport extends JceKeyTransEnvelopedRecipient {
    private final Unwrapped unwrapped;

    Transport(PrivateKey key, Unwrapped unwrapped) {
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

  private static final class Agreement extends JceKeyAgreeEnvelopedRecipient {
    private final Unwrapped unwrapped;

    Agreement(PrivateKey key, Unwrapped unwrapped) {
      super(key);
      this.unwrapped = unwrapped;
      setProvider(SealProvider.get());
    }

    @Override
    public RecipientOperator getRecipientOperator(
        AlgorithmIdentifier wrapping,
        AlgorithmIdentifier content,
        SubjectPublicKeyInfo sender,
        ASN1OctetString material,
        byte[] wrappedKey)
        throws CMSException {
      return unwrapped.take(
          extractSecretKey(wrapping, content, sender, material, wrappedKey), content);
    }
  }
}

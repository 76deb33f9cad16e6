package amber.seal;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.UUID;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/**
 * The holder of a certificate's private key: of RSA by OAEP with SHA-256, of an elliptic curve by
 * ECDH and AES-256 key wrap. Other kinds of keys have no approved algorithm (NIST SP 800-56A and
 * 800-56B), X25519 among them.
 *
 * @param certificate X.509
 */
public record CertificateRecipient(X509Certificate certificate) implements Recipient {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 16_384;
  private static final int P256_BITS = 256;
  private static final int P384_BITS = 384;
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

  /** What such keys have to be, for messages. */
  public static final String KINDS = "RSA of 2048 bits or more, or EC with P-256 or P-384";

  /**
   * What keeps an archive from being encrypted to a certificate, in words; or null if nothing does.
   */
  public static String unfit(X509Certificate certificate) {
    PublicKey key = certificate.getPublicKey();
    boolean[] usage = certificate.getKeyUsage();
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        return "has an RSA key of %d bits, should have %s".formatted(bits, KINDS);
      }
      return usage == null || usage[KEY_ENCIPHERMENT] ? null : unused("key encipherment");
    }
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      if (bits != P256_BITS && bits != P384_BITS) {
        return "has an EC key of %d bits, should have %s".formatted(bits, KINDS);
      }
      return usage == null || usage[KEY_AGREEMENT] ? null : unused("key agreement");
    }
    return "has a key of the kind %s, should have %s".formatted(key.getAlgorithm(), KINDS);
  }

  private static String unused(String use) {
    return "is not made for %s, should allow it in its key usage".formatted(use);
  }

  /** Checks that its key can be used. */
  public CertificateRecipient {
    String unfit = unfit(certificate);
    if (unfit != null) {
      throw new IllegalArgumentException(unfit);
    }
  }

  @Override
  public String name() {
    return certificate.getSubjectX500Principal().getName();
  }

  @Override
  public RecipientInfoGenerator wrapping(UUID archive, Crypto crypto)
      throws GeneralSecurityException {
    try {
      return certificate.getPublicKey() instanceof ECPublicKey key
          ? agreement(key, crypto)
          : new JceKeyTransRecipientInfoGenerator(certificate, oaep())
              .setProvider(SealProvider.get());
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException("an algorithm cannot be named", e);
    }
  }

  private static AlgorithmIdentifier oaep() throws GeneralSecurityException {
    return new JcaAlgorithmParametersConverter()
        .getAlgorithmIdentifier(
            PKCSObjectIdentifiers.id_RSAES_OAEP,
            new OAEPParameterSpec(
                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
  }

  private RecipientInfoGenerator agreement(ECPublicKey key, Crypto crypto)
      throws GeneralSecurityException, java.io.IOException {
    int bits = key.getParams().getCurve().getField().getFieldSize();
    PrimeFields.know(key);
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC", SealProvider.get());
    pairs.initialize(key.getParams(), crypto.random());
    KeyPair sender = pairs.generateKeyPair();
    ASN1ObjectIdentifier derivation =
        bits == P256_BITS ? CMSAlgorithm.ECDH_SHA256KDF : CMSAlgorithm.ECDH_SHA384KDF;
    return new JceKeyAgreeRecipientInfoGenerator(
            derivation, sender.getPrivate(), sender.getPublic(), CMSAlgorithm.AES256_WRAP)
        .addRecipient(certificate)
        .setProvider(SealProvider.get())
        .setSecureRandom(crypto.random());
  }
}

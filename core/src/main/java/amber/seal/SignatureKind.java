package amber.seal;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/** How a seal is signed: what fits the signer's key. docs/format.md, "Signature". */
enum SignatureKind {
  ECDSA_P256("ECDSA P-256 with SHA-256", "SHA256WITHECDSA", "SHA256withECDSA", "SHA256WITHECDDSA"),
  ECDSA_P384("ECDSA P-384 with SHA-384", "SHA384WITHECDSA", "SHA384withECDSA", "SHA384WITHECDDSA"),
  RSA_PSS("RSA-PSS with SHA-384", "SHA384WITHRSAANDMGF1", "RSASSA-PSS", null),
  ED25519("Ed25519", "ED25519", "Ed25519", null);

  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
  private static final int P256_BITS = 256;
  private static final int P384_BITS = 384;
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 16_384;

  private final String text;
  private final String cms;
  private final String jca;
  private final String repeatable;

  /**
   * A kind.
   *
   * @param cms its name for the library of CMS
   * @param jca its name for Java
   * @param repeatable where each signature has a random number in it, whose failure would give the
   *     key away, and there is a way without one (RFC 6979), the name of that: an archive's bytes
   *     then depend on nothing else; or null
   */
  SignatureKind(String text, String cms, String jca, String repeatable) {
    this.text = text;
    this.cms = cms;
    this.jca = jca;
    this.repeatable = repeatable;
  }

  /**
   * The kind that fits a public key.
   *
   * @return null if there is none
   */
  static SignatureKind of(PublicKey key) {
    if (key instanceof ECKey ec && ec.getParams() != null) {
      return switch (ec.getParams().getCurve().getField().getFieldSize()) {
        case P256_BITS -> ECDSA_P256;
        case P384_BITS -> ECDSA_P384;
        default -> null;
      };
    }
    if (key instanceof RSAKey rsa) {
      int bits = rsa.getModulus().bitLength();
      return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS ? RSA_PSS : null;
    }
    return key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519")
        ? ED25519
        : null;
  }

  /** What users know it by. */
  String text() {
    return text;
  }

  /** Its name in CMS. */
  AlgorithmIdentifier identifier() {
    return new DefaultSignatureAlgorithmIdentifierFinder().find(cms);
  }

  /** Whether a signature says that it is of this kind. Its parameters are checked with it. */
  boolean is(ASN1ObjectIdentifier oid) {
    return switch (this) {
      case ECDSA_P256 -> oid.equals(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case ECDSA_P384 -> oid.equals(X9ObjectIdentifiers.ecdsa_with_SHA384);
      case RSA_PSS -> oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
      case ED25519 -> oid.equals(EdECObjectIdentifiers.id_Ed25519);
    };
  }

  byte[] sign(PrivateKey key, byte[] bytes) throws GeneralSecurityException {
    if (key instanceof ECKey ec) {
      PrimeFields.know(ec);
    }
    Signature signature =
        repeatable == null ? common() : Signature.getInstance(repeatable, SealProvider.get());
    signature.initSign(key);
    signature.update(bytes);
    return signature.sign();
  }

  /** Whether a signature is of some bytes. */
  boolean verify(PublicKey key, byte[] bytes, byte[] signed) throws GeneralSecurityException {
    Signature signature = common();
    signature.initVerify(key);
    signature.update(bytes);
    return signature.verify(signed);
  }

  private Signature common() throws GeneralSecurityException {
    Optional<Provider> provider = SealProvider.ofCommon();
    Signature signature =
        provider.isPresent()
            ? Signature.getInstance(jca, provider.get())
            : Signature.getInstance(jca);
    if (this == RSA_PSS) {
      signature.setParameter(PSS);
    }
    return signature;
  }
}

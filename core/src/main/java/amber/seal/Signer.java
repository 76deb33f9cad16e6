package amber.seal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Vouches for archives: a private key with its certificate. Makes CMS SignedData (RFC 5652) beside
 * the content, which {@code openssl cms -verify} checks as well.
 */
public final class Signer {

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final SignatureKind kind;

  private Signer(PrivateKey key, List<X509Certificate> chain, SignatureKind kind) {
    this.key = key;
    this.chain = chain;
    this.kind = kind;
  }

  /**
   * A signer.
   *
   * @param file has the key, its certificate, and those of its issuers that readers shall find in
   *     the archive
   * @throws KeyFileException if the key or the certificate is missing, or not fit to sign
   */
  public static Signer of(KeyFile file) throws KeyFileException {
    X509Certificate certificate = file.requireCertificate();
    SignatureKind kind = SignatureKind.of(certificate.getPublicKey());
    if (kind == null) {
      throw new KeyFileException(
          file.path(),
          "has a key of the kind %s, should be ECDSA with P-256 or P-384, RSA of 2,048 bits or more, or Ed25519"
              .formatted(certificate.getPublicKey().getAlgorithm()));
    }
    if (file.certificates().size() > SealSignature.MAX_CERTIFICATES) {
      throw new KeyFileException(
          file.path(),
          "has a chain of %d certificates, should have at most %d"
              .formatted(file.certificates().size(), SealSignature.MAX_CERTIFICATES));
    }
    String unfit = CertificateUse.unfitToSign(certificate);
    if (unfit != null) {
      throw new KeyFileException(file.path(), unfit);
    }
    return new Signer(file.requireKey(), file.certificates(), kind);
  }

  /** Whose signature it is. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** What its signatures are, such as {@code ECDSA P-384 with SHA-384}. */
  public String algorithm() {
    return kind.text();
  }

  /**
   * Checks that its certificate is valid at a time: else nobody could trust what it signs then.
   *
   * @throws KeyFileException if it is not
   */
  public void requireValid(KeyFile file, Instant time) throws KeyFileException {
    X509Certificate certificate = certificate();
    if (!CertificateUse.isValid(certificate, time)) {
      throw new KeyFileException(
          file.path(),
          "its certificate is valid from %s to %s, should be at %s, the archive's time"
              .formatted(
                  certificate.getNotBefore().toInstant(),
                  certificate.getNotAfter().toInstant(),
                  time));
    }
  }

  /**
   * Signs bytes.
   *
   * @param content what is signed, which the signature does not contain
   * @param time when that is said to have been, to the second
   * @return CMS SignedData in DER
   */
  public byte[] sign(byte[] content, Instant time) throws IOException {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new JcaCertStore(chain));
      generator.addSignerInfoGenerator(
          new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(said(time)))
              .build(new KeySigner(), new JcaX509CertificateHolder(certificate())));
      return generator
          .generate(new CMSProcessableByteArray(content), false)
          .getEncoded(ASN1Encoding.DER);
    } catch (GeneralSecurityException
        | OperatorCreationException
        | CMSException
        | UncheckedIOException e) {
      throw new IOException(
          "%s: cannot sign: %s".formatted(Certificates.name(certificate()), e.getMessage()), e);
    }
  }

  /** The time, and which certificate it is: another one of the same key would not do. */
  private AttributeTable said(Instant time) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
    ASN1EncodableVector said = new ASN1EncodableVector();
    said.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(time)))));
    said.add(
        new Attribute(
            PKCSObjectIdentifiers.id_aa_signingCertificateV2,
            new DERSet(new SigningCertificateV2(new ESSCertIDv2(digest)))));
    return new AttributeTable(said);
  }

  /** Signs what is written to it. */
  private final class KeySigner implements ContentSigner {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return kind.identifier();
    }

    @Override
    public OutputStream getOutputStream() {
      return bytes;
    }

    @Override
    public byte[] getSignature() {
      try {
        return kind.sign(key, bytes.toByteArray());
      } catch (GeneralSecurityException e) {
        throw new UncheckedIOException(new IOException(e.getMessage(), e));
      }
    }
  }
}

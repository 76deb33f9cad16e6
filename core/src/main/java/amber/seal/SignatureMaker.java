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
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
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

/** Makes signatures. Apart from its signer, so that the libraries are loaded for this alone. */
final class SignatureMaker {

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final SignatureKind kind;

  SignatureMaker(PrivateKey key, List<X509Certificate> chain, SignatureKind kind) {
    this.key = key;
    this.chain = chain;
    this.kind = kind;
  }

  /** Signs bytes, which the signature does not contain. */
  byte[] sign(byte[] content, Instant time) throws IOException {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new JcaCertStore(chain));
      generator.addSignerInfoGenerator(
          new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(said(time)))
              .build(new KeySigner(), new JcaX509CertificateHolder(chain.get(0))));
      return generator
          .generate(new CMSProcessableByteArray(content), false)
          .getEncoded(ASN1Encoding.DER);
    } catch (GeneralSecurityException
        | OperatorCreationException
        | CMSException
        | UncheckedIOException e) {
      throw new IOException(
          "%s: cannot sign: %s".formatted(Certificates.name(chain.get(0)), e.getMessage()), e);
    }
  }

  /** The time, and which certificate it is: another one of the same key would not do. */
  private AttributeTable said(Instant time) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain.get(0).getEncoded());
    ASN1EncodableVector said = new ASN1EncodableVector();
    said.add(new Attribute(CMSAttributes.signingTime, new DERSet(SigningTime.encoded(time))));
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

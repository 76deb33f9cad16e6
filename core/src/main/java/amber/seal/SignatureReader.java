package amber.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.DefaultCMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Reads signatures. Apart from what is read, so that the libraries are loaded for this alone. */
final class SignatureReader {

  private SignatureReader() {}

  /**
   * Reads a signature and checks that it is of some bytes.
   *
   * @param der CMS SignedData in DER
   * @param content the bytes
   * @throws BadSignatureException if it is no signature, breaks a rule, or is not of these bytes
   */
  static SealSignature read(byte[] der, byte[] content) throws BadSignatureException {
    try {
      return check(new CMSSignedData(new CMSProcessableByteArray(content), der), der);
    } catch (CMSException
        | IOException
        | GeneralSecurityException
        | OperatorCreationException
        | RuntimeException e) {
      // The library tells bad input in all these ways.
      throw new BadSignatureException("its signature cannot be read: " + e.getMessage());
    }
  }

  private static SealSignature check(CMSSignedData signed, byte[] der)
      throws BadSignatureException,
          CMSException,
          IOException,
          GeneralSecurityException,
          OperatorCreationException {
    require(signed.getSignerInfos().size() == 1, "should be of one signer");
    SignerInformation info = signed.getSignerInfos().iterator().next();
    List<X509Certificate> all = certificates(signed, info);
    X509Certificate signer = all.get(0);
    require(isPlain(signed, signer, der), "should say nothing beside what is signed");
    SignatureKind kind = SignatureKind.of(signer.getPublicKey());
    require(
        kind != null
            && kind.is(new ASN1ObjectIdentifier(info.getEncryptionAlgOID()))
            && isAllowed(kind, info),
        "is of an algorithm that is not allowed");
    Instant time = timeIn(info.getSignedAttributes());
    requireCertificate(info.getSignedAttributes(), signer);
    // By the key: whether the certificate was valid then is for the trust to say.
    boolean matches =
        info.verify(
            new SignerInformationVerifier(
                new DefaultCMSSignatureAlgorithmNameGenerator(),
                new DefaultSignatureAlgorithmIdentifierFinder(),
                new KeyVerifier(kind, signer.getPublicKey()),
                digests()));
    require(matches, "does not match");
    return new SealSignature(all, kind, time);
  }

  private static DigestCalculatorProvider digests() throws OperatorCreationException {
    JcaDigestCalculatorProviderBuilder builder = new JcaDigestCalculatorProviderBuilder();
    SealProvider.ofCommon().ifPresent(builder::setProvider);
    return builder.build();
  }

  /**
   * Whether it is what comes out when it is made again, in DER, of nothing but certificates, signed
   * attributes and one signature of bytes that it does not contain.
   */
  private static boolean isPlain(CMSSignedData signed, X509Certificate signer, byte[] der)
      throws IOException, GeneralSecurityException {
    SignerInfo found = signed.getSignerInfos().iterator().next().toASN1Structure();
    SignerIdentifier id =
        new SignerIdentifier(
            new IssuerAndSerialNumber(
                X500Name.getInstance(signer.getIssuerX500Principal().getEncoded()),
                signer.getSerialNumber()));
    SignerInfo one =
        new SignerInfo(
            id,
            found.getDigestAlgorithm(),
            found.getAuthenticatedAttributes(),
            found.getDigestEncryptionAlgorithm(),
            found.getEncryptedDigest(),
            null);
    SignedData all =
        new SignedData(
            new DERSet(found.getDigestAlgorithm()),
            new ContentInfo(CMSObjectIdentifiers.data, null),
            SignedData.getInstance(signed.toASN1Structure().getContent()).getCertificates(),
            null,
            new DERSet(one));
    return Arrays.equals(
        new ContentInfo(CMSObjectIdentifiers.signedData, all).getEncoded(ASN1Encoding.DER), der);
  }

  /** What is digested and how it is signed says the same as the algorithm's name. */
  private static boolean isAllowed(SignatureKind kind, SignerInformation info) {
    AlgorithmIdentifier wanted = kind.identifier();
    AlgorithmIdentifier digest = info.getDigestAlgorithmID();
    ASN1ObjectIdentifier digestOid =
        switch (kind) {
          case ECDSA_P256 -> NISTObjectIdentifiers.id_sha256;
          case ECDSA_P384, RSA_PSS -> NISTObjectIdentifiers.id_sha384;
          case ED25519 -> NISTObjectIdentifiers.id_sha512;
        };
    AlgorithmIdentifier found = info.toASN1Structure().getDigestEncryptionAlgorithm();
    boolean hasParameters = kind == SignatureKind.RSA_PSS;
    return digest.getAlgorithm().equals(digestOid)
        && (hasParameters
            ? found.equals(wanted)
            : found.getParameters() == null || found.equals(wanted));
  }

  /** The signer's certificate, and then the others. */
  private static List<X509Certificate> certificates(CMSSignedData signed, SignerInformation info)
      throws BadSignatureException, GeneralSecurityException, IOException {
    List<X509Certificate> all = new ArrayList<>();
    int signers = 0;
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    SignerId signerId = info.getSID();
    for (X509CertificateHolder holder : signed.getCertificates().getMatches(null)) {
      X509Certificate certificate =
          (X509Certificate)
              factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
      if (signerId.match(holder)) {
        signers++;
        all.add(0, certificate);
      } else {
        all.add(certificate);
      }
    }
    require(signers == 1, "should have the signer's certificate, and once");
    require(all.size() <= SealSignature.MAX_CERTIFICATES, "has too many certificates");
    return all;
  }

  private static Instant timeIn(AttributeTable signed) throws BadSignatureException {
    require(signed != null, "has no signed attributes");
    require(
        signed.getAll(CMSAttributes.signingTime).size() == 1, "should tell one time of signing");
    Attribute attribute = signed.get(CMSAttributes.signingTime);
    require(attribute.getAttrValues().size() == 1, "should tell one time of signing");
    return SigningTime.decoded(attribute.getAttrValues().getObjectAt(0).toASN1Primitive());
  }

  /** Whoever names the certificate in what is signed means no other one of the same key. */
  private static void requireCertificate(AttributeTable signed, X509Certificate signer)
      throws BadSignatureException, GeneralSecurityException {
    Attribute attribute = signed.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
    require(
        attribute != null && attribute.getAttrValues().size() == 1,
        "should name the signer's certificate in what is signed");
    ESSCertIDv2[] named =
        SigningCertificateV2.getInstance(attribute.getAttrValues().getObjectAt(0)).getCerts();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(signer.getEncoded());
    require(
        named.length > 0
            && named[0].getHashAlgorithm().getAlgorithm().equals(NISTObjectIdentifiers.id_sha256)
            && MessageDigest.isEqual(named[0].getCertHash(), digest),
        "is of another certificate than the one it names");
  }

  private static void require(boolean holds, String problem) throws BadSignatureException {
    if (!holds) {
      throw new BadSignatureException("its signature " + problem);
    }
  }

  /** Checks by a public key what is written to it. */
  private record KeyVerifier(SignatureKind kind, PublicKey key) implements ContentVerifierProvider {

    @Override
    public boolean hasAssociatedCertificate() {
      return false;
    }

    @Override
    public X509CertificateHolder getAssociatedCertificate() {
      return null;
    }

    @Override
    public ContentVerifier get(AlgorithmIdentifier algorithm) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      return new ContentVerifier() {
        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
          return algorithm;
        }

        @Override
        public OutputStream getOutputStream() {
          return bytes;
        }

        @Override
        public boolean verify(byte[] expected) {
          try {
            return kind.verify(key, bytes.toByteArray(), expected);
          } catch (GeneralSecurityException e) {
            return false; // it is not even of the form of one
          }
        }
      };
    }
  }
}

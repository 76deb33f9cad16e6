package amber.seal;

import java.io.ByteArrayInputStream;
import java.io.CharArrayReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Gathers what a key file holds. For one file. */
final class KeyMaterial {

  private static final int PKCS12_VERSION = 3;

  private final Path path;
  private final PassphraseSource passphrases;
  private final List<X509Certificate> certificates = new ArrayList<>();
  private PrivateKey key;

  KeyMaterial(Path path, PassphraseSource passphrases) {
    this.path = path;
    this.passphrases = passphrases;
  }

  Optional<PrivateKey> key() {
    return Optional.ofNullable(key);
  }

  List<X509Certificate> certificates() {
    return certificates;
  }

  /** Takes all blocks of a PEM file. */
  void addPem(byte[] bytes) throws IOException {
    CharBuffer text = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(bytes));
    try (PEMParser parser =
        new PEMParser(new CharArrayReader(text.array(), text.arrayOffset(), text.length()))) {
      for (Object block = next(parser); block != null; block = next(parser)) {
        addBlock(block);
      }
    } finally {
      Arrays.fill(text.array(), '\0');
    }
    requireAnything();
  }

  private Object next(PEMParser parser) throws KeyFileException {
    try {
      return parser.readObject();
    } catch (IOException | RuntimeException e) {
      throw new KeyFileException(
          path, "is PEM that cannot be read, should hold certificates or a private key");
    }
  }

  private void addBlock(Object block) throws IOException {
    if (block instanceof X509CertificateHolder certificate) {
      addCertificate(certificate.getEncoded());
    } else if (block instanceof PrivateKeyInfo plain) {
      addKey(plain);
    } else if (block instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
      addKey(decrypted(encrypted));
    } else if (block instanceof PEMKeyPair pair) {
      addKey(pair.getPrivateKeyInfo());
    } else if (block instanceof PEMEncryptedKeyPair encrypted) {
      addKey(decrypted(encrypted));
    } else if (!(block instanceof ASN1ObjectIdentifier) && !(block instanceof X9ECParameters)) {
      // Parameters of a curve stand before keys that OpenSSL made, and say nothing new.
      throw new KeyFileException(
          path,
          "holds something else than certificates and a private key, should hold these alone");
    }
  }

  /** Takes a file of one DER structure. */
  void addDer(byte[] bytes) throws IOException {
    ASN1Sequence outer = sequence(bytes);
    if (outer != null && outer.size() >= 2) {
      boolean isVersioned = outer.getObjectAt(0) instanceof ASN1Integer;
      if (isVersioned && isPkcs12(outer)) {
        addPkcs12(bytes);
        return;
      }
      if (isVersioned) {
        addKey(privateKeyInfo(outer));
        return;
      }
      if (outer.size() == 2) {
        addKey(decrypted(encryptedKey(bytes)));
        return;
      }
      addCertificate(bytes);
      return;
    }
    throw unknown();
  }

  private static ASN1Sequence sequence(byte[] bytes) {
    try {
      return ASN1Sequence.getInstance(bytes);
    } catch (RuntimeException e) {
      return null; // whatever it is, it is none
    }
  }

  private static boolean isPkcs12(ASN1Sequence outer) {
    return ((ASN1Integer) outer.getObjectAt(0)).hasValue(PKCS12_VERSION);
  }

  private PrivateKeyInfo privateKeyInfo(ASN1Sequence outer) throws KeyFileException {
    try {
      return PrivateKeyInfo.getInstance(outer);
    } catch (RuntimeException e) {
      throw unknown();
    }
  }

  private PKCS8EncryptedPrivateKeyInfo encryptedKey(byte[] bytes) throws KeyFileException {
    try {
      return new PKCS8EncryptedPrivateKeyInfo(bytes);
    } catch (IOException | RuntimeException e) {
      throw unknown();
    }
  }

  private KeyFileException unknown() {
    return new KeyFileException(
        path,
        "is none of these: PEM, a certificate in DER, a private key in PKCS#8, PKCS#12; should be"
            + " one");
  }

  private void requireAnything() throws KeyFileException {
    if (key == null && certificates.isEmpty()) {
      throw new KeyFileException(
          path, "holds neither a certificate nor a private key, should hold one of them");
    }
  }

  private void addCertificate(byte[] encoded) throws KeyFileException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      certificates.add(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
    } catch (GeneralSecurityException e) {
      throw unknown();
    }
  }

  private void addKey(PrivateKeyInfo info) throws KeyFileException {
    String algorithm = algorithm(info);
    PrivateKey found;
    byte[] encoded = null;
    try {
      encoded = info.getEncoded();
      found = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new KeyFileException(
          path,
          "holds a private key of the kind %s that cannot be used, should be RSA, ECDSA with P-256 or P-384, or Ed25519"
              .formatted(algorithm));
    } finally {
      if (encoded != null) {
        Arrays.fill(encoded, (byte) 0);
      }
    }
    setKey(found);
  }

  private void setKey(PrivateKey found) throws KeyFileException {
    if (key != null) {
      throw new KeyFileException(path, "holds several private keys, should hold one");
    }
    key = found;
  }

  private String algorithm(PrivateKeyInfo info) throws KeyFileException {
    ASN1ObjectIdentifier oid = info.getPrivateKeyAlgorithm().getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA";
    }
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC";
    }
    if (oid.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return "Ed25519";
    }
    throw new KeyFileException(
        path,
        "holds a private key of the kind %s, should be RSA, ECDSA with P-256 or P-384, or Ed25519"
            .formatted(oid));
  }

  private PrivateKeyInfo decrypted(PKCS8EncryptedPrivateKeyInfo encrypted) throws IOException {
    try (Passphrase passphrase = passphrases.passphraseOf(path)) {
      return encrypted.decryptPrivateKeyInfo(
          new JceOpenSSLPKCS8DecryptorProviderBuilder()
              .setProvider(SealProvider.get())
              .build(passphrase.characters()));
    } catch (PKCSException | OperatorCreationException | RuntimeException e) {
      throw wrong();
    }
  }

  private PrivateKeyInfo decrypted(PEMEncryptedKeyPair encrypted) throws IOException {
    try (Passphrase passphrase = passphrases.passphraseOf(path)) {
      return encrypted
          .decryptKeyPair(
              new JcePEMDecryptorProviderBuilder()
                  .setProvider(SealProvider.get())
                  .build(passphrase.characters()))
          .getPrivateKeyInfo();
    } catch (PEMException | RuntimeException e) {
      throw wrong();
    }
  }

  private WrongPassphraseException wrong() {
    return new WrongPassphraseException(
        path, "cannot be opened with this passphrase, should be given the one it was made with");
  }

  private void addPkcs12(byte[] bytes) throws IOException {
    try (Passphrase passphrase = passphrases.passphraseOf(path)) {
      requireAscii(passphrase);
      addPkcs12(bytes, passphrase);
    }
    requireAnything();
  }

  private void addPkcs12(byte[] bytes, Passphrase passphrase) throws KeyFileException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), passphrase.characters());
      for (String alias : Collections.list(store.aliases())) {
        addEntry(store, alias, passphrase);
      }
    } catch (KeyFileException e) {
      throw e;
    } catch (UnrecoverableKeyException e) {
      throw wrong();
    } catch (GeneralSecurityException e) {
      throw unreadable();
    } catch (IOException e) {
      throw e.getCause() instanceof UnrecoverableKeyException ? wrong() : unreadable();
    }
  }

  /** Java takes no other passphrases for PKCS#12, and says so in words that name nothing. */
  private void requireAscii(Passphrase passphrase) throws KeyFileException {
    for (char character : passphrase.characters()) {
      if (character > '~') {
        throw new KeyFileException(
            path, "is PKCS#12 with a passphrase that is not ASCII, should have an ASCII one");
      }
    }
  }

  private KeyFileException unreadable() {
    return new KeyFileException(path, "is PKCS#12 that cannot be read, should be whole");
  }

  private void addEntry(KeyStore store, String alias, Passphrase passphrase)
      throws GeneralSecurityException, KeyFileException {
    if (store.isKeyEntry(alias)) {
      if (store.getKey(alias, passphrase.characters()) instanceof PrivateKey found) {
        setKey(found);
      }
      Certificate[] chain = store.getCertificateChain(alias);
      for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
        certificates.add((X509Certificate) certificate);
      }
    } else if (store.getCertificate(alias) instanceof X509Certificate certificate) {
      certificates.add(certificate);
    }
  }
}

package amber.seal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a file of keys holds: X.509 certificates in PEM or DER, a private key in PEM (PKCS#8, plain
 * or encrypted, or the traditional form of OpenSSL) or in DER (PKCS#8), or both, also as PKCS#12.
 *
 * @param path the file
 * @param key its private key, if it has one
 * @param certificates its certificates; if it has a key too, the key's own comes first and is
 *     followed by its issuers, as far as they are there
 */
public record KeyFile(Path path, Optional<PrivateKey> key, List<X509Certificate> certificates) {

  /** The largest file that is read: a thousand certificates take less. */
  static final int MAX_BYTES = 4 << 20;

  private static final String PEM_BEGINS = "-----BEGIN ";

  /** A file that was read. */
  public KeyFile {
    certificates = List.copyOf(certificates);
  }

  /**
   * Reads a file.
   *
   * @param passphrases asked if what is in it is encrypted
   * @throws KeyFileException if the file holds neither a certificate nor a key that can be read, or
   *     more than one key
   * @throws WrongPassphraseException if the passphrase does not open it
   */
  public static KeyFile read(Path path, PassphraseSource passphrases) throws IOException {
    byte[] bytes = bytes(path);
    KeyMaterial found = new KeyMaterial(path, passphrases);
    try {
      if (isPem(bytes)) {
        found.addPem(bytes);
      } else {
        found.addDer(bytes);
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    return new KeyFile(path, found.key(), found.certificates()).inOrder();
  }

  private static byte[] bytes(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        Arrays.fill(bytes, (byte) 0);
        throw new KeyFileException(
            path, "has more than %d bytes, should have certificates or a key".formatted(MAX_BYTES));
      }
      return bytes;
    }
  }

  /** Some text may stand before the first block, as OpenSSL writes it. */
  private static boolean isPem(byte[] bytes) {
    byte[] mark = PEM_BEGINS.getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at + mark.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + mark.length, mark, 0, mark.length)) {
        return true;
      }
    }
    return false;
  }

  /** The private key, if there is one. */
  public PrivateKey requireKey() throws KeyFileException {
    return key.orElseThrow(
        () -> new KeyFileException(path, "has no private key, should have the one to be used"));
  }

  /** The key's own certificate, or the first one. */
  public X509Certificate requireCertificate() throws KeyFileException {
    if (certificates.isEmpty()) {
      throw new KeyFileException(path, "has no certificate, should have at least one");
    }
    return certificates.get(0);
  }

  /**
   * This file's key with the certificates of another file.
   *
   * @throws KeyFileException if none of them is the key's
   */
  public KeyFile with(KeyFile other) throws KeyFileException {
    List<X509Certificate> all = new ArrayList<>(other.certificates);
    for (X509Certificate certificate : certificates) {
      if (!all.contains(certificate)) {
        all.add(certificate);
      }
    }
    return new KeyFile(other.path, key, all).inOrder();
  }

  /**
   * The same, with the key's own certificate first and then its issuers.
   *
   * @throws KeyFileException if there are certificates, and none is the key's
   */
  private KeyFile inOrder() throws KeyFileException {
    if (key.isEmpty() || certificates.isEmpty()) {
      return this;
    }
    List<X509Certificate> left = new ArrayList<>(certificates);
    List<X509Certificate> chain = new ArrayList<>();
    X509Certificate next = ownCertificate();
    while (next != null) {
      left.remove(next);
      chain.add(next);
      next = issuer(next, left);
    }
    return new KeyFile(path, key, chain);
  }

  private X509Certificate ownCertificate() throws KeyFileException {
    for (X509Certificate certificate : certificates) {
      if (KeyMatch.belong(key.orElseThrow(), certificate.getPublicKey())) {
        return certificate;
      }
    }
    throw new KeyFileException(
        path, "has no certificate of the private key, should have the one of its public key");
  }

  private static X509Certificate issuer(X509Certificate of, List<X509Certificate> among) {
    for (X509Certificate candidate : among) {
      if (candidate.getSubjectX500Principal().equals(of.getIssuerX500Principal())
          && isSignedBy(of, candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Names the file: what else it holds is told to nobody. */
  @Override
  public String toString() {
    return path.toString();
  }
}

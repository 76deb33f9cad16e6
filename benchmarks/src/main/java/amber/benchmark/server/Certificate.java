package amber.benchmark.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A key for {@code localhost} and its certificate, made for one run and worth nothing after it. */
record Certificate(PrivateKey key, X509Certificate certificate, Path pem, Path trustStore) {

  /** What the key store is locked with; it guards nothing. */
  static final String PASSWORD = "benchmark";

  private static final String NAME = "localhost";

  /** Makes them, in files of this directory: the certificate for clients, and as a Java's store. */
  static Certificate make(Path directory) throws IOException {
    Path keys = directory.resolve("server.p12");
    Path trust = directory.resolve("trusted.p12");
    Path pem = directory.resolve("trusted.pem");
    Files.deleteIfExists(keys);
    keytool(keys);
    try {
      KeyStore store = load(keys);
      X509Certificate certificate = (X509Certificate) store.getCertificate(NAME);
      Files.writeString(pem, pem(certificate.getEncoded()));
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(NAME, certificate);
      try (var out = Files.newOutputStream(trust)) {
        trusted.store(out, PASSWORD.toCharArray());
      }
      PrivateKey key = (PrivateKey) store.getKey(NAME, PASSWORD.toCharArray());
      return new Certificate(key, certificate, pem, trust);
    } catch (GeneralSecurityException e) {
      throw new IOException(keys + ": cannot be read, keytool has just made it", e);
    }
  }

  private static KeyStore load(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static void keytool(Path keys) throws IOException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                "%s -genkeypair -keyalg EC -groupname secp256r1 -alias %s -dname CN=%s"
                    .formatted(tool, NAME, NAME)
                    .concat(" -ext san=dns:localhost,ip:127.0.0.1 -ext bc:critical=ca:true")
                    .concat(" -validity 2 -storetype PKCS12 -storepass " + PASSWORD)
                    .concat(" -keystore " + keys)
                    .split(" "))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(tool + ": made no key in a minute, or failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(tool + ": interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String pem(byte[] der) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(text);
  }
}

package amber.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys that seal and sign what {@link WarmUpCommand} packs, and nothing else ever. */
final class WarmUpKeys {

  private static final X500Name NAME = new X500Name("CN=warm-up");
  private static final Time FROM = new Time(new DERUTCTime("700101000000Z"));
  private static final Time TO = new Time(new DERGeneralizedTime("99991231000000Z"));
  private static final int RSA_BITS = 2048;

  private WarmUpKeys() {}

  /** Writes a new key of the kind that most signers have, with its certificate. */
  static Path ec(Path file) throws IOException {
    return write(file, "EC", new ECGenParameterSpec("secp384r1"), "SHA384withECDSA");
  }

  /** Writes a new key of the kind that many recipients have, with its certificate. */
  static Path rsa(Path file) throws IOException {
    RSAKeyGenParameterSpec size = new RSAKeyGenParameterSpec(RSA_BITS, RSAKeyGenParameterSpec.F4);
    return write(file, "RSA", size, "SHA384withRSA");
  }

  private static Path write(
      Path file, String algorithm, AlgorithmParameterSpec parameters, String signature)
      throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      KeyPair pair = generator.generateKeyPair();
      byte[] certificate =
          new JcaX509v3CertificateBuilder(NAME, BigInteger.ONE, FROM, TO, NAME, pair.getPublic())
              .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()))
              .getEncoded();
      return Files.writeString(
          file,
          pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + pem("CERTIFICATE", certificate));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("no %s key can be made: %s".formatted(algorithm, e.getMessage()), e);
    }
  }

  private static String pem(String type, byte[] der) {
    String text = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type);
  }
}

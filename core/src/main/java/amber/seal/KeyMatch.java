package amber.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Tells whether a private and a public key belong together. */
final class KeyMatch {

  private static final byte[] PROBE = "amber: one key pair?".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  /** The one signs, the other checks; only what belongs together agrees. */
  static boolean belong(PrivateKey key, PublicKey other) {
    String algorithm = algorithm(key);
    if (algorithm == null) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      Signature check = Signature.getInstance(algorithm);
      check.initVerify(other);
      check.update(PROBE);
      return check.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another kind, or of another curve
    }
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default -> null;
    };
  }
}

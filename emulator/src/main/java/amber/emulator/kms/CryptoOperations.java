package amber.emulator.kms;

import amber.emulator.http.FailureException;
import amber.emulator.state.Region;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Operations that use a key. */
final class CryptoOperations {

  private static final String ALGORITHM = "SYMMETRIC_DEFAULT";
  private static final int MOST_PLAINTEXT = 4096;
  private static final int MOST_CIPHERTEXT = 6144;
  private static final int MOST_DATA_KEY = 1024;
  private static final SecureRandom RANDOM = new SecureRandom();

  private CryptoOperations() {}

  static Map<String, Object> generate(Region region, KmsRequest request) throws IOException {
    byte[] secret = new byte[dataKeyBytes(request)];
    KmsKeyring keys = KmsKeyring.of(region);
    KmsKey key = keys.requireUsable(keys.find(request.requiredKeyId()));
    byte[] ciphertext = Ciphertext.seal(key, fill(secret), request.context());
    refuseDryRun(request);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("CiphertextBlob", base64(ciphertext));
    answer.put("Plaintext", base64(secret));
    answer.put("KeyId", keys.arn(key));
    return answer;
  }

  private static byte[] fill(byte[] secret) {
    RANDOM.nextBytes(secret);
    return secret;
  }

  private static int dataKeyBytes(KmsRequest request) throws FailureException {
    Optional<String> spec = request.text("KeySpec");
    Optional<Integer> bytes = request.number("NumberOfBytes");
    if (spec.isPresent() == bytes.isPresent()) {
      throw KmsFailures.invalid("Please specify either number of bytes or key spec.");
    }
    if (bytes.isPresent()) {
      if (bytes.get() < 1 || bytes.get() > MOST_DATA_KEY) {
        throw KmsFailures.invalid("NumberOfBytes must be between 1 and 1024");
      }
      return bytes.get();
    }
    return switch (spec.get()) {
      case "AES_256" -> 32;
      case "AES_128" -> 16;
      default -> throw KmsFailures.invalid("KeySpec must be AES_256 or AES_128");
    };
  }

  static Map<String, Object> encrypt(Region region, KmsRequest request) throws IOException {
    byte[] secret = request.bytes("Plaintext", MOST_PLAINTEXT);
    requireAlgorithm(request);
    KmsKeyring keys = KmsKeyring.of(region);
    KmsKey key = keys.requireUsable(keys.find(request.requiredKeyId()));
    byte[] ciphertext = Ciphertext.seal(key, secret, request.context());
    refuseDryRun(request);
    return Map.of(
        "CiphertextBlob", base64(ciphertext),
        "KeyId", keys.arn(key),
        "EncryptionAlgorithm", ALGORITHM);
  }

  static Map<String, Object> decrypt(Region region, KmsRequest request) throws IOException {
    byte[] ciphertext = request.bytes("CiphertextBlob", MOST_CIPHERTEXT);
    requireAlgorithm(request);
    KmsKeyring keys = KmsKeyring.of(region);
    // The key that is named is looked up first, whatever the ciphertext is.
    Optional<KmsKey> named =
        request.keyId().isPresent()
            ? Optional.of(keys.find(request.keyId().get()))
            : Optional.empty();
    String id = Ciphertext.keyId(ciphertext).orElseThrow(Ciphertext::invalid);
    if (named.isPresent() && !named.get().id().equals(id)) {
      throw KmsFailures.of(
          "IncorrectKeyException",
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
    KmsKey key =
        keys.byId(id)
            .orElseThrow(
                () ->
                    KmsFailures.denied(
                        "The ciphertext refers to a customer master key that does not exist, does"
                            + " not exist in this region, or you are not allowed to access."));
    byte[] secret = Ciphertext.open(keys.requireUsable(key), ciphertext, request.context());
    refuseDryRun(request);
    return Map.of(
        "KeyId", keys.arn(key), "Plaintext", base64(secret), "EncryptionAlgorithm", ALGORITHM);
  }

  private static void requireAlgorithm(KmsRequest request) throws FailureException {
    String asked = request.text("EncryptionAlgorithm").orElse(ALGORITHM);
    if (!asked.equals(ALGORITHM)) {
      throw KmsFailures.of(
          "InvalidKeyUsageException", "Algorithm " + asked + " is incompatible with the key.");
    }
  }

  /** What is only tried out ends with an error even if all is well. */
  private static void refuseDryRun(KmsRequest request) throws FailureException {
    if (request.isSet("DryRun")) {
      throw KmsFailures.of(
          "DryRunOperationException",
          "The request would have succeeded, but the DryRun option is set.");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

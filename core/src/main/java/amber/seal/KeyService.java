package amber.seal;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody outside who wraps keys with keys that never leave him, such as AWS KMS. Who may use them
 * is for him to decide. Calls wait for his answer.
 */
public interface KeyService {

  /** How many bytes the keys have that he makes. */
  int KEY_BYTES = 32;

  /**
   * A key that was made.
   *
   * @param key of {@link #KEY_BYTES} bytes; whoever asked for it wipes it
   * @param wrapped the same key
   */
  record Fresh(byte[] key, KmsWrapped wrapped) {}

  /**
   * Makes a key and wraps it.
   *
   * @param keyArn names the service's key that wraps it
   * @param archive the archive that it is for; it is unwrapped for no other
   * @throws java.nio.file.NoSuchFileException if there is no such key
   * @throws java.nio.file.AccessDeniedException if who asks may not use it
   */
  Fresh generate(String keyArn, UUID archive) throws IOException;

  /**
   * Unwraps a key.
   *
   * @param archive the archive that it was made for
   * @return the key, which the caller wipes; nothing if this is not what the service has made for
   *     that archive, or if the service's key is where nobody is asked
   * @throws java.nio.file.NoSuchFileException if the key that wraps it is not there any more
   * @throws java.nio.file.AccessDeniedException if who asks may not use it
   */
  Optional<byte[]> unwrap(KmsWrapped wrapped, UUID archive) throws IOException;
}

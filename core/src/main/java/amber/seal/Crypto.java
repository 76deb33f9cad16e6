package amber.seal;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.crypto.Cipher;
import javax.crypto.Mac;

/**
 * Where ciphers and random numbers come from: the JDK's own providers, or one that is named. Every
 * byte of an archive goes through them, so a slow provider makes a slow program.
 */
public final class Crypto {

  /** The JDK's providers, in the order of its configuration. */
  public static final Crypto DEFAULT = new Crypto(Optional.empty(), new SecureRandom());

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String HMAC = "HmacSHA256";

  private final Optional<Provider> provider;
  private final SecureRandom random;

  Crypto(Optional<Provider> provider, SecureRandom random) {
    this.provider = provider;
    this.random = random;
  }

  /**
   * The ciphers of one provider, and no other.
   *
   * @param name as the provider calls itself, such as {@code SunJCE} or {@code BCFIPS}; it is
   *     configured in the JDK, or on the class path
   * @throws IllegalArgumentException if there is no such provider, or it has not what is needed
   */
  public static Crypto of(String name) {
    Provider provider = provider(name);
    try {
      Crypto crypto = new Crypto(Optional.of(provider), randomOf(provider));
      crypto.cipher();
      crypto.mac();
      return crypto;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "crypto provider '%s', should have %s and %s".formatted(name, CIPHER, HMAC), e);
    }
  }

  private static Provider provider(String name) {
    Provider configured = Security.getProvider(name);
    if (configured != null) {
      return configured;
    }
    if (SealProvider.get().getName().equals(name)) {
      return SealProvider.get();
    }
    return ServiceLoader.load(Provider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(found -> found.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "crypto provider '%s', should be one such as %s"
                        .formatted(name, Arrays.toString(Security.getProviders()))));
  }

  private static SecureRandom randomOf(Provider provider) throws GeneralSecurityException {
    return provider.getService("SecureRandom", "DEFAULT") == null
        ? new SecureRandom()
        : SecureRandom.getInstance("DEFAULT", provider);
  }

  /** The provider that was named. */
  Optional<Provider> provider() {
    return provider;
  }

  Cipher cipher() throws GeneralSecurityException {
    return provider.isPresent()
        ? Cipher.getInstance(CIPHER, provider.get())
        : Cipher.getInstance(CIPHER);
  }

  Mac mac() throws GeneralSecurityException {
    return provider.isPresent() ? Mac.getInstance(HMAC, provider.get()) : Mac.getInstance(HMAC);
  }

  SecureRandom random() {
    return random;
  }

  /** So many fresh random bytes. */
  byte[] random(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}

package amber.seal;

import java.util.UUID;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.PasswordRecipient;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JcePasswordRecipientInfoGenerator;

/**
 * Whoever knows a passphrase. The key that it makes is as strong as the passphrase is: PBKDF2 with
 * HMAC-SHA-256 makes each guess cost {@link #ROUNDS} rounds, and no more.
 *
 * @param passphrase stays the caller's, who wipes it
 */
public record PassphraseRecipient(Passphrase passphrase) implements Recipient {

  /** Rounds of PBKDF2. */
  public static final int ROUNDS = 600_000;

  private static final int SALT_BYTES = 16;

  @Override
  public String name() {
    return "a passphrase";
  }

  @Override
  public RecipientInfoGenerator wrapping(UUID archive, Crypto crypto) {
    return new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, passphrase.characters())
        .setProvider(SealProvider.get())
        .setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
        .setPRF(PasswordRecipient.PRF.HMacSHA256)
        .setSaltAndIterationCount(crypto.random(SALT_BYTES), ROUNDS)
        .setSecureRandom(crypto.random());
  }
}

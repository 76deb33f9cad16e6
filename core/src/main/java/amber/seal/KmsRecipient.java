package amber.seal;

import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKEKRecipientInfoGenerator;

/**
 * Whoever may use a key of AWS KMS. KMS makes a key for each archive, and AES-256 key wrap does the
 * rest, so that all but one step is plain CMS.
 *
 * @param keyArn the ARN of the key, or of an alias of it
 * @param service where the key is
 */
public record KmsRecipient(String keyArn, KeyService service) implements Recipient {

  @Override
  public String name() {
    return "KMS key " + keyArn;
  }

  @Override
  public RecipientInfoGenerator wrapping(UUID archive, Crypto crypto) throws IOException {
    KeyService.Fresh fresh = service.generate(keyArn, archive);
    try {
      return new JceKEKRecipientInfoGenerator(
              fresh.wrapped().identifier(), new SecretKeySpec(fresh.key(), "AES"))
          .setProvider(SealProvider.get())
          .setSecureRandom(crypto.random());
    } finally {
      Arrays.fill(fresh.key(), (byte) 0);
    }
  }
}

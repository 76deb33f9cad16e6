package amber.cli;

import amber.seal.Crypto;
import amber.seal.Identity;
import amber.seal.Passphrase;
import amber.seal.Recipient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** How an archive that is made is encrypted, and what opens it when a later run goes on. */
final class SealingOptions {

  @Mixin private RecipientOptions encryption;

  @Mixin private IdentityOptions identity;

  /**
   * What is asked for, whose files are read now.
   *
   * @param kms has the keys of AWS, and is not asked yet
   */
  PackSealing sealing(KmsSides kms, CommandSpec command, CommonOptions common, Console console)
      throws IOException {
    List<Recipient> recipients =
        encryption.recipients(kms, warning -> common.warn(console, warning));
    if (recipients.isEmpty()) {
      Given.refuse(command, IdentityOptions.Given.class, "archives that are encrypted");
      return PackSealing.none();
    }
    List<Passphrase> wiped = new ArrayList<>();
    List<Identity> identities = identity.identities(wiped, kms);
    Crypto crypto = RecipientOptions.crypto(console);
    return new PackSealing(recipients, identities, wiped, kms, crypto);
  }
}

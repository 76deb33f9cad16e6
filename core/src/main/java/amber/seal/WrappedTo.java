package amber.seal;

import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.cms.RecipientInformation;

/**
 * One of those to whom a key is wrapped.
 *
 * @param archive the archive that the key is for
 * @param information as CMS has it
 * @param kms the key of KMS, if KMS is what opens it
 */
public record WrappedTo(UUID archive, RecipientInformation information, Optional<KmsWrapped> kms) {}

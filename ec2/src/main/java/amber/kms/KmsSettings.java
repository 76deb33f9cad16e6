package amber.kms;

import amber.work.RetryPolicy;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Whom to ask, and how long.
 *
 * @param region that of the keys
 * @param endpoint where KMS answers, if not where AWS has it
 * @param credentials who asks
 * @param retry how requests are tried again
 * @param fips whether to use endpoints with validated cryptography
 * @param dualStack whether to use endpoints that have IPv6
 */
public record KmsSettings(
    Region region,
    Optional<URI> endpoint,
    AwsCredentialsProvider credentials,
    RetryPolicy retry,
    boolean fips,
    boolean dualStack) {}

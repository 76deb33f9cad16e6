package amber.cli;

import java.net.URI;
import java.util.Optional;

/**
 * How one side of a run reaches AWS, as the command line says; the rest is found as all of AWS's
 * tools find it.
 *
 * @param profile of the shared configuration files
 * @param ownProfile whether the profile is for this side alone, so that its region wins over the
 *     environment's, which is for both
 * @param endpoint where all services answer, if not where AWS has them
 * @param bucketOwner the account that must own the bucket
 * @param rate the most blocks of snapshots each second, if the account's quotas shall not decide
 */
record AwsSettings(
    Optional<String> profile,
    boolean ownProfile,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean fips,
    boolean dualStack,
    Optional<String> bucketOwner,
    boolean requesterPays,
    Optional<Integer> rate) {

  /** Fails if it contradicts itself. */
  void requireSensible() throws RefusedException {
    if (endpoint.isPresent() && (fips || dualStack)) {
      throw RefusedException.usage(
          "--endpoint-url with --fips or --dual-stack: both say where the services answer",
          "give one or the other");
    }
  }
}

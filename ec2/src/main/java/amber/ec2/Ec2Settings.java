package amber.ec2;

import amber.work.RetryPolicies;
import amber.work.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Which account and region to talk to, and how hard.
 *
 * @param endpoint where both services answer, if not where AWS has them
 * @param credentials who asks
 * @param inFlight how many blocks may be under way in each direction, 1 to 1,024
 * @param rate the most requests for blocks each second, in each direction; infinity for no limit;
 *     if none is given, just below what the account may
 * @param blockRetry how requests of EBS direct are tried again
 * @param poll the longest pause between two looks at something that takes its time; the first ones
 *     are shorter
 * @param snapshotLimit how long a snapshot may take from its completion until it can be used
 * @param freshLimit how long after its start AWS may deny that a snapshot exists
 * @param fips whether to use endpoints with validated cryptography
 * @param dualStack whether to use endpoints that have IPv6
 */
public record Ec2Settings(
    Region region,
    Optional<URI> endpoint,
    AwsCredentialsProvider credentials,
    int inFlight,
    OptionalDouble rate,
    RetryPolicy blockRetry,
    Duration poll,
    Duration snapshotLimit,
    Duration freshLimit,
    boolean fips,
    boolean dualStack) {

  /** A little less than a quota is never throttled. */
  static final double SHARE_OF_QUOTA = 0.985;

  /** The default quota is 1,000 requests each second. */
  public static final double BLOCKS_PER_SECOND =
      SHARE_OF_QUOTA * AccountLimits.DEFAULT.getsPerSecond();

  private static final int MAX_IN_FLIGHT = 1024;

  /** Checks the numbers. */
  public Ec2Settings {
    if (inFlight < 1 || inFlight > MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "%d blocks in flight, should be 1 to %d".formatted(inFlight, MAX_IN_FLIGHT));
    }
    if (rate.isPresent() && !(rate.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "%s blocks each second, should be more than 0".formatted(rate.getAsDouble()));
    }
    if (endpoint.isPresent() && (fips || dualStack)) {
      throw new IllegalArgumentException(
          "an endpoint with FIPS or dual stack, should be one or the other");
    }
  }

  /** What suits an account whose quotas are to be found out. */
  public static Ec2Settings of(Region region, AwsCredentialsProvider credentials) {
    return new Ec2Settings(
        region,
        Optional.empty(),
        credentials,
        128,
        OptionalDouble.empty(),
        RetryPolicies.BLOCKS,
        Duration.ofSeconds(5),
        Duration.ofHours(24),
        RetryPolicies.FRESH_LIMIT,
        false,
        false);
  }

  /** The most requests for blocks each second, as long as nobody asked what the account may. */
  public double blocksPerSecond() {
    return rate.orElse(BLOCKS_PER_SECOND);
  }

  /** The same at another endpoint. */
  public Ec2Settings withEndpoint(URI newEndpoint) {
    return new Ec2Settings(
        region,
        Optional.of(newEndpoint),
        credentials,
        inFlight,
        rate,
        blockRetry,
        poll,
        snapshotLimit,
        freshLimit,
        fips,
        dualStack);
  }

  /** The same with other limits of speed. */
  public Ec2Settings withSpeed(int newInFlight, double newBlocksPerSecond) {
    return new Ec2Settings(
        region,
        endpoint,
        credentials,
        newInFlight,
        OptionalDouble.of(newBlocksPerSecond),
        blockRetry,
        poll,
        snapshotLimit,
        freshLimit,
        fips,
        dualStack);
  }

  /** The same with other waits. */
  public Ec2Settings withWaits(
      RetryPolicy newBlockRetry, Duration newPoll, Duration newSnapshotLimit, Duration newFresh) {
    return new Ec2Settings(
        region,
        endpoint,
        credentials,
        inFlight,
        rate,
        newBlockRetry,
        newPoll,
        newSnapshotLimit,
        newFresh,
        fips,
        dualStack);
  }

  /** The same at AWS's other endpoints. */
  public Ec2Settings withEndpoints(boolean newFips, boolean newDualStack) {
    return new Ec2Settings(
        region,
        endpoint,
        credentials,
        inFlight,
        rate,
        blockRetry,
        poll,
        snapshotLimit,
        freshLimit,
        newFips,
        newDualStack);
  }
}

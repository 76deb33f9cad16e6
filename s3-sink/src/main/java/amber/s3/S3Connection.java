package amber.s3;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3CrtAsyncClientBuilder;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/**
 * Which S3 to speak to, and as whom. What is not given is found as all of AWS's tools find it.
 *
 * @param profile of the shared configuration files
 * @param region such as {@code us-east-1}
 * @param endpoint of another store than AWS's
 * @param pathStyle whether the bucket stands in the path and not in the host's name
 * @param fips whether to use endpoints with validated cryptography
 * @param dualStack whether to use endpoints that have IPv6
 * @param connections how many there may be at once
 */
public record S3Connection(
    Optional<String> profile,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean pathStyle,
    boolean fips,
    boolean dualStack,
    int connections) {

  /** AWS, with the environment's profile and region. */
  public static final S3Connection DEFAULT =
      new S3Connection(
          Optional.empty(), Optional.empty(), Optional.empty(), false, false, false, 64);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  // Whole files: as many connections as a fast network takes, in the least memory that the library
  // accepts.
  private static final long FILE_PART_BYTES = 16L << 20;
  private static final int FILE_CONNECTIONS = 16;
  private static final long FILE_MEMORY_BYTES = 1L << 30;

  /** Checks what contradicts itself. */
  public S3Connection {
    if (connections < 1) {
      throw new IllegalArgumentException(
          "%d connections, should be 1 or more".formatted(connections));
    }
    if (endpoint.isPresent() && (fips || dualStack)) {
      throw new IllegalArgumentException(
          "an endpoint with FIPS or dual stack, should be one or the other");
    }
  }

  /** Another store than AWS's, whose buckets stand in the path. */
  public static S3Connection to(URI endpoint) {
    return new S3Connection(
        Optional.empty(), Optional.empty(), Optional.of(endpoint), true, false, false, 64);
  }

  AwsCredentialsProvider credentials() {
    return profile
        .map(name -> DefaultCredentialsProvider.builder().profileName(name).build())
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  /**
   * A client that moves whole files outside the heap, in parts that it chooses itself.
   *
   * @param stillLimit as of {@link #open}
   */
  S3AsyncClient openForFiles(AwsCredentialsProvider credentials, Duration stillLimit)
      throws IOException {
    try {
      S3CrtAsyncClientBuilder builder =
          S3AsyncClient.crtBuilder()
              .credentialsProvider(new Login(credentials))
              .region(findRegion())
              .minimumPartSizeInBytes(FILE_PART_BYTES)
              .thresholdInBytes(FILE_PART_BYTES)
              .maxConcurrency(FILE_CONNECTIONS)
              .maxNativeMemoryLimitInBytes(FILE_MEMORY_BYTES)
              .httpConfiguration(
                  http ->
                      http.connectionTimeout(CONNECT_LIMIT)
                          .connectionHealthConfiguration(
                              health ->
                                  health
                                      .minimumThroughputInBps(1L)
                                      .minimumThroughputTimeout(stillLimit)))
              .forcePathStyle(pathStyle);
      URI special = specialEndpoint();
      if (special != null) {
        builder.endpointOverride(special);
      }
      return builder.build();
    } catch (SdkClientException e) {
      throw new IOException("s3: cannot be connected to: " + e.getMessage(), e);
    }
  }

  /** This builder has no settings for FIPS and dual stack. */
  private URI specialEndpoint() {
    if (endpoint.isPresent() || !(fips || dualStack)) {
      return endpoint.orElse(null);
    }
    return S3EndpointProvider.defaultProvider()
        .resolveEndpoint(p -> p.region(findRegion()).useFips(fips).useDualStack(dualStack))
        .join()
        .endpointUrl()
        .toUri();
  }

  /**
   * A client.
   *
   * @param stillLimit a connection over which so long nothing comes or goes, with a request under
   *     way, is cut; putting an object together takes S3 a while, but it sends blanks meanwhile
   */
  S3AsyncClient open(AwsCredentialsProvider credentials, Duration stillLimit) throws IOException {
    try {
      S3AsyncClientBuilder builder =
          S3AsyncClient.builder()
              .credentialsProvider(new Login(credentials))
              .region(findRegion())
              .httpClientBuilder(
                  AwsCrtAsyncHttpClient.builder()
                      .maxConcurrency(connections)
                      .connectionTimeout(CONNECT_LIMIT)
                      .connectionHealthConfiguration(
                          health ->
                              health
                                  .minimumThroughputInBps(1L)
                                  .minimumThroughputTimeout(stillLimit)))
              // We retry ourselves, and we give every part its checksum before it is sent.
              .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
              .forcePathStyle(pathStyle)
              // Some other stores answer "100 Continue" as if that were the answer.
              .serviceConfiguration(s -> s.expectContinueEnabled(endpoint.isEmpty()));
      profile.ifPresent(
          name ->
              builder.overrideConfiguration(
                  builder.overrideConfiguration().toBuilder().defaultProfileName(name).build()));
      if (endpoint.isPresent()) {
        builder.endpointOverride(endpoint.orElseThrow());
      } else {
        builder.fipsEnabled(fips).dualstackEnabled(dualStack);
      }
      return builder.build();
    } catch (SdkClientException e) {
      throw new IOException("s3: cannot be connected to: " + e.getMessage(), e);
    }
  }

  private Region findRegion() {
    if (region.isPresent()) {
      return Region.of(region.orElseThrow());
    }
    try {
      return DefaultAwsRegionProviderChain.builder()
          .profileName(profile.orElse(null))
          .build()
          .getRegion();
    } catch (SdkClientException e) {
      if (endpoint.isEmpty()) {
        throw e;
      }
      // Signatures name a region, and stores that have only one take this one.
      return Region.US_EAST_1;
    }
  }
}

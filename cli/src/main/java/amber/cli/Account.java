package amber.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/** Who asks AWS. Nice to know: whoever gets no answer soon goes without. */
record Account(AwsLogin login, AwsCredentialsProvider credentials, AwsSettings settings) {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String ONLY_REGION = "us-east-1";

  /** Such as {@code account 111111111111, region us-east-1}. */
  String inWords() throws IOException {
    Region region = login.regionOr(ONLY_REGION);
    // A store that is not AWS, or a network that lets nobody ask, does not tell.
    return ask(region)
        .map(id -> "account %s, region %s".formatted(id, region))
        .orElse("an account that is not known, region " + region);
  }

  /** Its id, which the credentials may know; nothing if nobody tells. */
  Optional<String> id() throws IOException {
    Optional<String> known = credentials.resolveCredentials().accountId();
    return known.isPresent() ? known : ask(login.regionOr(ONLY_REGION));
  }

  private Optional<String> ask(Region region) throws IOException {
    StsClientBuilder builder =
        StsClient.builder()
            .region(region)
            .credentialsProvider(credentials)
            .httpClientBuilder(AwsCrtHttpClient.builder().connectionTimeout(LIMIT))
            .overrideConfiguration(
                c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(LIMIT));
    login.stsEndpoint().ifPresent(builder::endpointOverride);
    if (settings.fips()) {
      builder.fipsEnabled(true);
    }
    try (StsClient sts = builder.build()) {
      return Optional.ofNullable(sts.getCallerIdentity().account());
    } catch (SdkException e) {
      return Optional.empty();
    }
  }
}

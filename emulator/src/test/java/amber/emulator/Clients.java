package amber.emulator;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients of the AWS SDK for an emulator, which do not retry. */
public final class Clients {

  /** Who asks. */
  public static final String ACCESS_KEY = "AKIDEXAMPLE";

  private Clients() {}

  /** A client of EBS direct. */
  public static EbsClient ebs(URI endpoint, String region) {
    return common(EbsClient.builder(), endpoint, region)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** A client of EC2. */
  public static Ec2Client ec2(URI endpoint, String region) {
    return common(Ec2Client.builder(), endpoint, region)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** A client of S3. */
  public static S3Client s3(URI endpoint, String region) {
    return common(S3Client.builder(), endpoint, region)
        .httpClient(UrlConnectionHttpClient.create())
        .forcePathStyle(true)
        .build();
  }

  /** A client of KMS. */
  public static KmsClient kms(URI endpoint, String region) {
    return common(KmsClient.builder(), endpoint, region)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static <B extends AwsClientBuilder<B, C>, C> B common(
      B builder, URI endpoint, String region) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(region))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, "secret")))
        .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()));
  }
}

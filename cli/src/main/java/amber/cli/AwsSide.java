package amber.cli;

import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Settings;
import amber.s3.S3Access;
import amber.s3.S3Connection;
import amber.s3.S3Endpoint;
import amber.work.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * One side of a run as AWS: who asks, in which region, and the connections, made when they are
 * needed. Nothing of AWS is loaded before.
 */
final class AwsSide implements Closeable {

  private static final String POLL_VARIABLE = "AMBER_POLL_MS";

  // Signatures name a region, and stores that have only one take this one.
  private static final String ONLY_REGION = "us-east-1";

  private final AwsSettings settings;
  private final Console console;
  private AwsCredentialsProvider credentials;
  private Ec2Connection ec2;
  private S3Endpoint s3;

  AwsSide(AwsSettings settings, Console console) {
    this.settings = settings;
    this.console = console;
  }

  /** EC2 and EBS direct. */
  Ec2Connection ec2() throws IOException {
    if (ec2 == null) {
      AwsLogin login = new AwsLogin(settings, console);
      Ec2Settings of = Ec2Settings.of(login.region(), credentials(login));
      if (settings.endpoint().isPresent()) {
        of = of.withEndpoint(settings.endpoint().get());
      }
      ec2 = Ec2Connection.open(withPoll(of));
    }
    return ec2;
  }

  private Ec2Settings withPoll(Ec2Settings of) {
    String poll = console.variable(POLL_VARIABLE);
    return poll != null && poll.matches("[1-9]\\d{0,8}")
        ? of.withWaits(
            of.blockRetry(),
            Duration.ofMillis(Long.parseLong(poll)),
            of.snapshotLimit(),
            of.freshLimit())
        : of;
  }

  /** S3. */
  S3Endpoint s3() throws IOException {
    if (s3 == null) {
      AwsLogin login = new AwsLogin(settings, console);
      Optional<URI> endpoint = login.s3Endpoint();
      Region region = endpoint.isPresent() ? login.regionOr(ONLY_REGION) : login.region();
      S3Connection connection =
          new S3Connection(
              Optional.empty(),
              Optional.of(region.id()),
              endpoint,
              endpoint.isPresent(),
              settings.fips(),
              settings.dualStack(),
              S3Connection.DEFAULT.connections());
      S3Access access = new S3Access(settings.bucketOwner(), settings.requesterPays());
      s3 = S3Endpoint.connect(connection, credentials(login), access, RetryPolicy.DEFAULT);
    }
    return s3;
  }

  private AwsCredentialsProvider credentials(AwsLogin login) throws IOException {
    if (credentials == null) {
      credentials = login.credentials();
    }
    return credentials;
  }

  @Override
  public void close() {
    if (ec2 != null) {
      ec2.close();
    }
    if (s3 != null) {
      s3.close();
    }
  }
}

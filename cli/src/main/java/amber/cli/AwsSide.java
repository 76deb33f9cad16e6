package amber.cli;

import amber.ec2.AccountLimits;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Counts;
import amber.ec2.Ec2Settings;
import amber.kms.KmsConnection;
import amber.kms.KmsSettings;
import amber.s3.S3Access;
import amber.s3.S3Connection;
import amber.s3.S3Endpoint;
import amber.work.Retry;
import amber.work.RetryPolicies;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One side of a run as AWS: who asks, in which region, and the connections, made when they are
 * needed. Nothing of AWS is loaded before.
 */
final class AwsSide implements Closeable {

  private static final String POLL_VARIABLE = "AMBER_POLL_MS";
  private static final String RETRY_VARIABLE = "AMBER_RETRY_MS";

  // Signatures name a region, and stores that have only one take this one.
  private static final String ONLY_REGION = "us-east-1";

  private final AwsSettings settings;
  private final Console console;
  private final Traffic traffic;
  private boolean inUse;
  private AwsCredentialsProvider credentials;
  private Ec2Connection ec2;
  private S3Endpoint s3;
  private final Map<String, KmsConnection> kms = new HashMap<>();
  private Region s3Region;
  private Optional<URI> s3Address;

  /**
   * A side.
   *
   * @param traffic hears of all that is asked of it
   */
  AwsSide(AwsSettings settings, Console console, Traffic traffic) {
    this.settings = settings;
    this.console = console;
    this.traffic = traffic;
  }

  /** EC2 and EBS direct. */
  Ec2Connection ec2() throws IOException {
    if (ec2 == null) {
      begin();
      AwsLogin login = new AwsLogin(settings, console);
      Region region = login.region();
      Ec2Settings of = withRate(withWaits(Ec2Settings.of(region, credentials(login))));
      login.requireReachable("EC2", Ec2Client.serviceMetadata(), region);
      // Where the two differ, the SDK finds them by the same rules.
      boolean isOne = login.ec2Endpoint().equals(login.ebsEndpoint());
      Optional<URI> endpoint = isOne ? login.ec2Endpoint() : Optional.empty();
      ec2 =
          Ec2Connection.open(
              endpoint.isPresent()
                  ? of.withEndpoint(endpoint.get())
                  : of.withEndpoints(settings.fips(), settings.dualStack()),
              traffic);
    }
    return ec2;
  }

  /** Hears of all that is asked of this side. */
  Traffic traffic() {
    return traffic;
  }

  private void begin() throws RefusedException {
    settings.requireSensible();
    if (!inUse) {
      // Or the native library would fall silent at a signal, while what was begun is cleaned up.
      synchronized (AwsSide.class) {
        CRT.acquireShutdownRef();
      }
      inUse = true;
    }
  }

  private Ec2Settings withRate(Ec2Settings of) {
    return settings.rate().map(rate -> of.withSpeed(of.inFlight(), rate)).orElse(of);
  }

  /** How fast blocks of snapshots are read on this side. */
  BlockRate readRate() throws InterruptedIOException {
    return rate(AccountLimits::getsPerSecond);
  }

  /** How fast blocks of snapshots are written on this side. */
  BlockRate writeRate() throws InterruptedIOException {
    return rate(AccountLimits::putsPerSecond);
  }

  private BlockRate rate(ToDoubleFunction<AccountLimits> quota) throws InterruptedIOException {
    if (settings.rate().isPresent()) {
      return new BlockRate(settings.rate().get(), BlockRate.Origin.OPTION);
    }
    if (ec2 == null) {
      return BlockRate.DEFAULT;
    }
    AccountLimits limits = ec2.limits();
    return new BlockRate(
        quota.applyAsDouble(limits),
        limits.known() ? BlockRate.Origin.QUOTA : BlockRate.Origin.DEFAULT_QUOTA);
  }

  private Ec2Settings withWaits(Ec2Settings of) {
    RetryPolicy retry = patience(of.blockRetry());
    boolean brief = retry.budget().compareTo(of.freshLimit()) < 0;
    return of.withWaits(
        retry,
        poll().orElse(of.poll()),
        of.snapshotLimit(),
        brief ? retry.budget() : of.freshLimit());
  }

  /** How requests are tried again: for as long as the user says. */
  private RetryPolicy patience(RetryPolicy usual) {
    return milliseconds(RETRY_VARIABLE).map(usual::withBudget).orElse(usual);
  }

  /** How long to wait between two looks at something that takes its time, if the user says so. */
  Optional<Duration> poll() {
    return milliseconds(POLL_VARIABLE);
  }

  private Optional<Duration> milliseconds(String variable) {
    return Optional.ofNullable(console.variable(variable))
        .filter(text -> text.matches("[1-9]\\d{0,8}"))
        .map(text -> Duration.ofMillis(Long.parseLong(text)));
  }

  /** S3. */
  S3Endpoint s3() throws IOException {
    if (s3 == null) {
      begin();
      AwsLogin login = new AwsLogin(settings, console);
      Optional<URI> endpoint = login.s3Endpoint();
      Region region = endpoint.isPresent() ? login.regionOr(ONLY_REGION) : login.region();
      S3Connection connection =
          new S3Connection(
              Optional.empty(),
              Optional.of(region.id()),
              endpoint,
              endpoint.isPresent(),
              settings.fips() && endpoint.isEmpty(),
              settings.dualStack() && endpoint.isEmpty(),
              S3Connection.DEFAULT.connections());
      AwsCredentialsProvider found = credentials(login);
      login.requireReachable("S3", S3Client.serviceMetadata(), region);
      S3Access access = new S3Access(settings.bucketOwner(), settings.requesterPays());
      s3Region = region;
      s3Address = endpoint;
      s3 = S3Endpoint.connect(connection, found, access, patience(RetryPolicies.OBJECTS), traffic);
    }
    return s3;
  }

  /** KMS in a region, which is that of the keys that it is asked for. */
  KmsConnection kms(String region) throws IOException {
    KmsConnection open = kms.get(region);
    if (open == null) {
      begin();
      AwsLogin login = new AwsLogin(settings, console);
      Region of = AwsLogin.checked(region);
      Optional<URI> endpoint = login.kmsEndpoint();
      AwsCredentialsProvider found = credentials(login);
      login.requireReachable("KMS", KmsClient.serviceMetadata(), of);
      open =
          KmsConnection.open(
              new KmsSettings(
                  of,
                  endpoint,
                  found,
                  patience(RetryPolicies.KEYS),
                  settings.fips() && endpoint.isEmpty(),
                  settings.dualStack() && endpoint.isEmpty()),
              traffic);
      kms.put(region, open);
    }
    return open;
  }

  /** Whether this side may be in that partition: where no region is named, it may be anywhere. */
  boolean isOf(String partition) {
    try {
      Optional<Region> region = new AwsLogin(settings, console).namedRegion();
      return region.isEmpty()
          || region.get().metadata() == null
          || region.get().metadata().partition().id().equals(partition);
    } catch (RefusedException e) {
      // Whoever needs the region says what is wrong with it.
      return false;
    }
  }

  /** Whether the other side asks as the same account, as far as the command line tells. */
  boolean isSameAccountAs(AwsSide other) {
    return settings.profile().equals(other.settings.profile());
  }

  /** Which account asks; nothing if nobody tells. */
  Optional<String> accountId() throws IOException {
    begin();
    AwsLogin login = new AwsLogin(settings, console);
    return new Account(login, credentials(login), settings).id();
  }

  /** The part of AWS that S3 is asked in; nothing crosses from one to another by itself. */
  String s3Partition() throws IOException {
    s3();
    return s3Region.metadata() == null ? "" : s3Region.metadata().partition().id();
  }

  /** Whether S3 takes who asks on the other side for who asks on this one. */
  boolean isSameToS3(AwsSide other) throws IOException {
    return s3Partition().equals(other.s3Partition())
        && s3Address.equals(other.s3Address)
        && settings.profile().equals(other.settings.profile());
  }

  /** Which account asks, and in which region, in words; nothing if this side is not AWS. */
  Optional<String> account() throws IOException {
    if (credentials == null) {
      return Optional.empty();
    }
    AwsLogin login = new AwsLogin(settings, console);
    return Optional.of(new Account(login, credentials, settings).inWords());
  }

  /** Where snapshots and images are made: they are one account's, in one region. */
  TaskPlace ec2Place() throws IOException {
    AwsLogin login = new AwsLogin(settings, console);
    String ofEc2 = TaskPlace.text(login.ec2Endpoint());
    String ofEbs = TaskPlace.text(login.ebsEndpoint());
    return new TaskPlace(
        ofEc2.equals(ofEbs) ? ofEc2 : "%s, for EBS %s".formatted(ofEc2, ofEbs),
        ec2().region(),
        new Account(login, credentials(login), settings).id().orElse(""),
        login.profile().orElse(""));
  }

  /**
   * Where uploads are: of AWS, a bucket's name says it, whoever asks. Elsewhere, others may have a
   * bucket of the same name.
   */
  TaskPlace s3Place() throws IOException {
    s3();
    AwsLogin login = new AwsLogin(settings, console);
    return new TaskPlace(
        TaskPlace.text(s3Address),
        s3Region.id(),
        "",
        s3Address.isPresent() ? login.profile().orElse("") : "");
  }

  private AwsCredentialsProvider credentials(AwsLogin login) throws IOException {
    if (credentials == null) {
      credentials = login.credentials();
    }
    return credentials;
  }

  /** What was asked of AWS so far; nothing if this side is not AWS. */
  AwsRequests requests() {
    AwsRequests sum = AwsRequests.NONE;
    if (ec2 != null) {
      Ec2Counts counts = ec2.counts();
      sum =
          sum.plus(
              new AwsRequests(
                  counts.gets(),
                  counts.puts(),
                  counts.lists(),
                  counts.starts(),
                  counts.calls(),
                  0,
                  0,
                  counts.retries(),
                  counts.throttled(),
                  counts.getsPerSecond(),
                  counts.putsPerSecond()));
    }
    if (s3 != null) {
      Retry retry = s3.retries();
      sum = sum.plus(AwsRequests.ofS3(retry.attempts(), retry.retries(), retry.throttles()));
    }
    for (KmsConnection keys : kms.values()) {
      Retry retry = keys.retries();
      sum = sum.plus(AwsRequests.ofKms(retry.attempts(), retry.retries(), retry.throttles()));
    }
    return sum;
  }

  @Override
  public void close() {
    if (ec2 != null) {
      ec2.close();
    }
    if (s3 != null) {
      s3.close();
    }
    kms.values().forEach(KmsConnection::close);
    kms.clear();
    if (inUse) {
      CRT.releaseShutdownRef();
      inUse = false;
    }
  }
}

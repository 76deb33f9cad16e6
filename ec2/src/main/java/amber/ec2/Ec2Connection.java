package amber.ec2;

import amber.ec2.AwsException.Kind;
import amber.work.Pace;
import amber.work.RequestFlow;
import amber.work.Retry;
import amber.work.Retry.Verdict;
import amber.work.RetryPolicies;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.ebs.EbsAsyncClient;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/**
 * EC2 and EBS direct of one account and region, with the limits that everything sent there shares:
 * requests in flight, requests each second, and how to try again. For any number of threads.
 */
public final class Ec2Connection implements Closeable {

  private static final double LISTS_PER_SECOND = 45;
  private static final double STARTS_PER_SECOND = 8;
  private static final int SPARE_CONNECTIONS = 8;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  private final Ec2Settings settings;
  private final Traffic traffic;
  private final SdkAsyncHttpClient http;
  private final EbsAsyncClient ebs;
  private final Ec2AsyncClient ec2;
  private final Channel gets;
  private final Channel puts;
  private final Channel lists;
  private final Channel starts;
  private final Channel calls;
  private final Channel deletes;
  private final BlockSlots readSlots;
  private final BlockSlots writeSlots;
  private final TokenPages tokenPages = new TokenPages();
  private final RequestFlow getRequests;
  private final RequestFlow putRequests;
  private final GetFlow getFlow = new GetFlow(this);
  private AccountLimits limits;
  private PutHttp httpOfPuts;
  private EbsAsyncClient ebsOfPuts;

  /**
   * What requests of one kind share.
   *
   * @param pace how many may be sent each second
   * @param retry how they are tried again
   * @param freshRetry the same for a snapshot that may not be known everywhere yet
   */
  record Channel(Pace pace, Retry retry, Retry freshRetry) {
    static Channel of(String what, double perSecond, Ec2Settings settings, Traffic traffic) {
      Pace pace = new Pace(what, perSecond);
      traffic.goesBy(pace);
      return of(pace, settings.blockRetry(), freshPolicy(settings), traffic);
    }

    static Channel of(Pace pace, RetryPolicy policy, RetryPolicy freshPolicy, Traffic traffic) {
      return new Channel(
          pace,
          new Retry(policy, failure -> verdict(failure, pace), traffic),
          new Retry(freshPolicy, failure -> freshVerdict(failure, pace), traffic));
    }

    private static RetryPolicy freshPolicy(Ec2Settings settings) {
      return RetryPolicies.fresh(settings.blockRetry(), settings.freshLimit());
    }

    private static Verdict verdict(IOException failure, Pace pace) {
      Verdict verdict = AwsErrors.verdict(failure);
      if (verdict == Verdict.THROTTLED) {
        pace.complained();
      }
      boolean stale = AwsErrors.is(failure, Kind.STALE_BLOCK_TOKEN);
      return stale ? Verdict.TRANSIENT : verdict;
    }

    private static Verdict freshVerdict(IOException failure, Pace pace) {
      return AwsErrors.isNotFound(failure) ? Verdict.TRANSIENT : verdict(failure, pace);
    }

    /** How requests to a snapshot are tried again: at first it may not be known everywhere. */
    Retry retry(boolean fresh) {
      return fresh ? freshRetry : retry;
    }

    long attempts() {
      return retry.attempts() + freshRetry.attempts();
    }

    long retries() {
      return retry.retries() + freshRetry.retries();
    }

    long throttles() {
      return retry.throttles() + freshRetry.throttles();
    }
  }

  private Ec2Connection(Ec2Settings settings, Traffic traffic) {
    this.settings = settings;
    this.traffic = traffic;
    this.http =
        AwsCrtAsyncHttpClient.builder()
            .maxConcurrency(2 * settings.inFlight() + SPARE_CONNECTIONS)
            .connectionTimeout(CONNECT_LIMIT)
            // A connection over which nothing comes or goes is cut, and what it was for asked
            // again.
            .connectionHealthConfiguration(
                health ->
                    health
                        .minimumThroughputInBps(1L)
                        .minimumThroughputTimeout(traffic.stillLimit()))
            .connectionAcquisitionTimeout(settings.blockRetry().attemptLimit())
            .build();
    this.ebs = ebs(settings, http);
    this.ec2 =
        common(Ec2AsyncClient.builder(), settings)
            .httpClient(http)
            .overrideConfiguration(
                c ->
                    c.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(settings.blockRetry().attemptLimit()))
            .build();
    this.gets = Channel.of("GetSnapshotBlock", settings.blocksPerSecond(), settings, traffic);
    this.puts = Channel.of("PutSnapshotBlock", settings.blocksPerSecond(), settings, traffic);
    this.lists = Channel.of("ListSnapshotBlocks", LISTS_PER_SECOND, settings, traffic);
    this.starts =
        Channel.of("StartSnapshot and CompleteSnapshot", STARTS_PER_SECOND, settings, traffic);
    this.calls = Channel.of("EC2", Double.POSITIVE_INFINITY, settings, traffic);
    this.deletes =
        Channel.of(
            new Pace("EC2", Double.POSITIVE_INFINITY),
            RetryPolicies.CLEAN_UP,
            RetryPolicies.CLEAN_UP,
            traffic);
    this.getRequests = new RequestFlow("GetSnapshotBlock", gets.pace(), traffic);
    this.putRequests = new RequestFlow("PutSnapshotBlock", puts.pace(), traffic);
    this.readSlots = new BlockSlots(settings.inFlight());
    this.writeSlots = new BlockSlots(settings.inFlight());
  }

  /** Prepares to talk; nothing is sent yet. */
  public static Ec2Connection open(Ec2Settings settings) {
    return open(settings, new Traffic());
  }

  /** Prepares to talk; nothing is sent yet. The traffic hears of all that is. */
  public static Ec2Connection open(Ec2Settings settings, Traffic traffic) {
    return new Ec2Connection(settings, traffic);
  }

  private static <B extends AwsClientBuilder<B, C>, C> B common(B builder, Ec2Settings settings) {
    builder.region(settings.region()).credentialsProvider(new Login(settings.credentials()));
    settings.endpoint().ifPresent(builder::endpointOverride);
    // Not set where it is not wanted, so that the environment may want it.
    if (settings.fips()) {
      builder.fipsEnabled(true);
    }
    if (settings.dualStack()) {
      builder.dualstackEnabled(true);
    }
    return builder;
  }

  private static EbsAsyncClient ebs(Ec2Settings settings, SdkAsyncHttpClient http) {
    // One layer of retries, which counts what it does, and it is not the SDK's.
    return common(EbsAsyncClient.builder(), settings)
        .httpClient(http)
        .overrideConfiguration(
            c ->
                c.retryStrategy(AwsRetryStrategy.doNotRetry())
                    .apiCallAttemptTimeout(settings.blockRetry().attemptLimit()))
        .build();
  }

  /** A client of another service of the same account and region, to be closed by the caller. */
  <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
      B builder, Consumer<ClientOverrideConfiguration.Builder> configuration) {
    return common(builder, settings).httpClient(http).overrideConfiguration(configuration).build();
  }

  /** The region that is talked to. */
  public String region() {
    return settings.region().id();
  }

  /**
   * What the account may do. Asked once; from then on blocks are asked for just below its quotas,
   * unless the settings have a rate of their own.
   */
  public synchronized AccountLimits limits() throws InterruptedIOException {
    if (limits == null) {
      limits = AccountLimits.of(this);
      if (settings.rate().isEmpty()) {
        gets.pace().become(Ec2Settings.SHARE_OF_QUOTA * limits.getsPerSecond());
        puts.pace().become(Ec2Settings.SHARE_OF_QUOTA * limits.putsPerSecond());
      }
    }
    return limits;
  }

  Ec2Settings settings() {
    return settings;
  }

  Traffic traffic() {
    return traffic;
  }

  EbsAsyncClient ebs() {
    return ebs;
  }

  /** The same for blocks that are put, of which there are many: made when the first one is. */
  synchronized EbsAsyncClient ebsOfPuts() {
    if (ebsOfPuts == null) {
      httpOfPuts =
          PutHttp.open(
              settings.inFlight() + SPARE_CONNECTIONS,
              CONNECT_LIMIT,
              settings.blockRetry().attemptLimit(),
              traffic.stillLimit());
      ebsOfPuts = ebs(settings, httpOfPuts.client());
    }
    return ebsOfPuts;
  }

  Ec2AsyncClient ec2() {
    return ec2;
  }

  Channel gets() {
    return gets;
  }

  Channel puts() {
    return puts;
  }

  Channel lists() {
    return lists;
  }

  Channel starts() {
    return starts;
  }

  /** EC2, without a pace of its own. */
  Channel calls() {
    return calls;
  }

  /** EC2 again, for taking back what was made. */
  Channel deletes() {
    return deletes;
  }

  TokenPages tokenPages() {
    return tokenPages;
  }

  /** Sends what {@link #getFlow} has a buffer for. */
  RequestFlow getRequests() {
    return getRequests;
  }

  RequestFlow putRequests() {
    return putRequests;
  }

  GetFlow getFlow() {
    return getFlow;
  }

  BlockSlots readSlots() {
    return readSlots;
  }

  BlockSlots writeSlots() {
    return writeSlots;
  }

  /** What was sent so far, and what had to be sent again. */
  public Ec2Counts counts() {
    List<Channel> all = List.of(gets, puts, lists, starts, calls, deletes);
    return new Ec2Counts(
        gets.attempts(),
        puts.attempts(),
        lists.attempts(),
        starts.attempts(),
        calls.attempts() + deletes.attempts(),
        all.stream().mapToLong(Channel::retries).sum(),
        all.stream().mapToLong(Channel::throttles).sum(),
        gets.pace().perSecond(),
        puts.pace().perSecond());
  }

  /** Asks EC2, again if that fails for a moment: only for what may be asked twice. */
  <T> T await(String where, Supplier<CompletableFuture<T>> request) throws IOException {
    return await(where, calls.retry(), request);
  }

  /** Asks EC2 something that another attempt asks as well. */
  <T> T await(String where, Retry retry, Supplier<CompletableFuture<T>> request)
      throws IOException {
    Traffic.UnderWay asking = traffic.begin(() -> where);
    try {
      T answer = retry.call((number, limit) -> await(where, request.get(), limit));
      traffic.moved(1);
      return answer;
    } finally {
      asking.close();
    }
  }

  /** Waits for an answer. */
  <T> T await(String where, CompletableFuture<T> answer, Duration limit) throws IOException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer: " + where);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new AwsException(
          Kind.TRANSIENT, where, "no answer in %d s".formatted(limit.toSeconds()), e);
    } catch (ExecutionException e) {
      throw AwsErrors.of(where, e, traffic);
    }
  }

  @Override
  public void close() {
    getRequests.close();
    putRequests.close();
    closePuts();
    ebs.close();
    ec2.close();
    http.close();
  }

  private synchronized void closePuts() {
    if (ebsOfPuts != null) {
      ebsOfPuts.close();
      httpOfPuts.close();
    }
  }
}

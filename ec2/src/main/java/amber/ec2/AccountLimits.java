package amber.ec2;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasAsyncClient;
import software.amazon.awssdk.services.servicequotas.model.GetServiceQuotaResponse;

/**
 * What AWS lets an account do in a region, as far as it bears on snapshots.
 *
 * @param getsPerSecond blocks read each second, of all snapshots together
 * @param putsPerSecond blocks written each second, into all snapshots together
 * @param pendingSnapshots snapshots being written at once
 * @param known whether Service Quotas told them; if not, they are what a new account has
 */
public record AccountLimits(
    double getsPerSecond, double putsPerSecond, int pendingSnapshots, boolean known) {

  /** What a new account has. */
  public static final AccountLimits DEFAULT = new AccountLimits(1000, 1000, 100, false);

  private static final String SERVICE = "ebs";
  private static final String GETS = "L-C125AE42";
  private static final String PUTS = "L-AFAE1BE8";
  private static final String PENDING = "L-94D7AB7D";

  // Nice to know, and where nobody may ask or nothing answers, the defaults do as well.
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Who says so, in words. */
  String origin() {
    return known ? "says Service Quotas" : "as of a new account; Service Quotas does not tell";
  }

  /** Asks Service Quotas. Whoever may not ask, or gets no answer soon, is told the defaults. */
  public static AccountLimits of(Ec2Connection aws) throws InterruptedIOException {
    try (ServiceQuotasAsyncClient client =
        aws.client(
            ServiceQuotasAsyncClient.builder(),
            c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(LIMIT))) {
      List<CompletableFuture<GetServiceQuotaResponse>> answers =
          List.of(ask(client, GETS), ask(client, PUTS), ask(client, PENDING));
      return new AccountLimits(
          value(aws, answers.get(0)),
          value(aws, answers.get(1)),
          (int) value(aws, answers.get(2)),
          true);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return DEFAULT;
    }
  }

  private static CompletableFuture<GetServiceQuotaResponse> ask(
      ServiceQuotasAsyncClient client, String code) {
    return client.getServiceQuota(r -> r.serviceCode(SERVICE).quotaCode(code));
  }

  private static double value(Ec2Connection aws, CompletableFuture<GetServiceQuotaResponse> answer)
      throws IOException {
    String where = "Service Quotas";
    GetServiceQuotaResponse response = aws.await(where, answer, LIMIT.plusSeconds(1));
    Double value = response.quota() == null ? null : response.quota().value();
    if (value == null || !(value >= 1)) {
      throw new IOException(where + ": no quota, should be 1 or more");
    }
    return value;
  }
}

package amber.kms;

import amber.seal.KeyService;
import amber.seal.KmsWrapped;
import amber.work.ErrorClass.Meaning;
import amber.work.Retry;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsAsyncClientBuilder;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

/**
 * AWS KMS in one region, for one account. Each key is bound to its archive by the encryption
 * context, which KMS authenticates, and shows in CloudTrail.
 */
public final class KmsConnection implements KeyService, Closeable {

  /** The name in the encryption context; the value is the archive's UUID. */
  public static final String CONTEXT = "amber:archive";

  /** What making a key takes. */
  public static final String GENERATE = "kms:GenerateDataKey";

  /** What unwrapping one takes. */
  public static final String DECRYPT = "kms:Decrypt";

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  private final SdkAsyncHttpClient http;
  private final KmsAsyncClient kms;
  private final Retry retry;
  private final Traffic traffic;

  private KmsConnection(KmsSettings settings, Traffic traffic) {
    this.traffic = traffic;
    this.retry = new Retry(settings.retry(), KmsFailures::verdict, traffic);
    this.http =
        AwsCrtAsyncHttpClient.builder()
            .connectionTimeout(CONNECT_LIMIT)
            .connectionAcquisitionTimeout(settings.retry().attemptLimit())
            .build();
    KmsAsyncClientBuilder builder =
        KmsAsyncClient.builder()
            .region(settings.region())
            .credentialsProvider(new Login(settings.credentials()))
            .httpClient(http)
            // One layer of retries, which counts what it does, and it is not the SDK's.
            .overrideConfiguration(
                c ->
                    c.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(settings.retry().attemptLimit()));
    settings.endpoint().ifPresent(builder::endpointOverride);
    // Not set where it is not wanted, so that the environment may want it.
    if (settings.fips()) {
      builder.fipsEnabled(true);
    }
    if (settings.dualStack()) {
      builder.dualstackEnabled(true);
    }
    this.kms = builder.build();
  }

  /** Prepares to talk; nothing is sent yet. The traffic hears of all that is. */
  public static KmsConnection open(KmsSettings settings, Traffic traffic) {
    return new KmsConnection(settings, traffic);
  }

  private static Map<String, String> context(UUID archive) {
    return Map.of(CONTEXT, archive.toString());
  }

  @Override
  public Fresh generate(String keyArn, UUID archive) throws IOException {
    GenerateDataKeyResponse made =
        await(
            keyArn,
            GENERATE,
            () ->
                kms.generateDataKey(
                    g ->
                        g.keyId(keyArn)
                            .keySpec(DataKeySpec.AES_256)
                            .encryptionContext(context(archive))));
    byte[] key = made.plaintext() == null ? new byte[0] : made.plaintext().asByteArrayUnsafe();
    byte[] wrapped =
        made.ciphertextBlob() == null ? new byte[0] : made.ciphertextBlob().asByteArray();
    requireKey(keyArn, GENERATE, key);
    try {
      return new Fresh(key, new KmsWrapped(String.valueOf(made.keyId()), wrapped));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s: answers %s".formatted(keyArn, GENERATE, e.getMessage()), e);
    }
  }

  private static void requireKey(String keyArn, String action, byte[] key) throws IOException {
    if (key.length != KEY_BYTES) {
      throw new IOException(
          "%s: %s: answers a key of %d bytes, should have %d"
              .formatted(keyArn, action, key.length, KEY_BYTES));
    }
  }

  /**
   * Finds out whether a key could be made, and makes none (KMS developer guide, "Testing your
   * permissions").
   *
   * @param keyArn names the key
   * @param archive some archive
   */
  public void tryGenerate(String keyArn, UUID archive) throws IOException {
    try {
      await(
          keyArn,
          GENERATE,
          () ->
              kms.generateDataKey(
                  g ->
                      g.keyId(keyArn)
                          .keySpec(DataKeySpec.AES_256)
                          .encryptionContext(context(archive))
                          .dryRun(true)));
    } catch (IOException e) {
      if (!(e.getCause() instanceof DryRunOperationException)) {
        throw e;
      }
    }
  }

  @Override
  public Optional<byte[]> unwrap(KmsWrapped wrapped, UUID archive) throws IOException {
    String keyArn = wrapped.keyArn();
    DecryptResponse opened;
    try {
      opened =
          await(
              keyArn,
              DECRYPT,
              () ->
                  kms.decrypt(
                      d ->
                          d.keyId(keyArn)
                              .ciphertextBlob(SdkBytes.fromByteArray(wrapped.bytes()))
                              .encryptionContext(context(archive))));
    } catch (IOException e) {
      if (KmsFailures.isOfAnother(e)) {
        return Optional.empty();
      }
      throw e;
    }
    byte[] key = opened.plaintext() == null ? new byte[0] : opened.plaintext().asByteArrayUnsafe();
    // Whoever made the envelope chose what was wrapped.
    return key.length == KEY_BYTES ? Optional.of(key) : Optional.empty();
  }

  /** How requests went so far. */
  public Retry retries() {
    return retry;
  }

  private <T> T await(String key, String action, Supplier<CompletableFuture<T>> request)
      throws IOException {
    Traffic.UnderWay asking = traffic.begin(() -> "%s: %s".formatted(key, action));
    try {
      T answer = retry.call((number, limit) -> await(key, action, request.get(), limit));
      traffic.moved(1);
      return answer;
    } finally {
      asking.close();
    }
  }

  private <T> T await(String key, String action, CompletableFuture<T> answer, Duration limit)
      throws IOException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer of KMS: " + key);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new KmsException(
          Meaning.TRANSIENT, key, "%s: no answer in %d s".formatted(action, limit.toSeconds()), e);
    } catch (ExecutionException e) {
      throw KmsFailures.of(key, action, e, traffic);
    }
  }

  @Override
  public void close() {
    kms.close();
    http.close();
  }
}

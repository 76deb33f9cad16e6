package amber.s3;

import amber.work.RetryPolicy;
import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.Part;

/** S3Mock, started once and used by all tests, each in a bucket of its own. */
final class MockS3 {

  /** Retries that do not keep a test waiting. */
  static final RetryPolicy QUICK =
      new RetryPolicy(
          4,
          Duration.ofSeconds(20),
          Duration.ofMillis(1),
          Duration.ofMillis(10),
          Duration.ofMinutes(2));

  private static final int LIMIT_SECONDS = 60;
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  private static MockS3 only;

  private final URI endpoint;
  private final S3AsyncClient client;

  private MockS3(URI endpoint) throws IOException {
    this.endpoint = endpoint;
    this.client = connection(endpoint).open(credentials(), Duration.ofMinutes(1));
  }

  // The mock calls its plain port deprecated and has no other way to ask for it.
  @SuppressWarnings("deprecation")
  private static MockS3 start() throws IOException {
    Path root = Files.createTempDirectory("amber-s3mock");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(root)));
    S3MockApplication server =
        S3MockApplication.start(
            // It takes entries out of it.
            new HashMap<>(
                Map.of(
                    "com.adobe.testing.s3mock.httpPort", "0",
                    "http.port", "0",
                    "server.port", "0",
                    "com.adobe.testing.s3mock.store.root", root.toString())),
            "--silent");
    return new MockS3(URI.create("http://127.0.0.1:" + server.getHttpPort()));
  }

  private static void remove(Path root) {
    try (Stream<Path> below = Files.walk(root)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // The server may still be writing; what is left lies among the system's temporary files.
    }
  }

  /** Another server, looked at in the same way. */
  static MockS3 at(URI endpoint) throws IOException {
    return new MockS3(endpoint);
  }

  static synchronized MockS3 get() {
    if (only == null) {
      try {
        only = start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return only;
  }

  static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
  }

  static S3Connection connection(URI endpoint) {
    return new S3Connection(
        Optional.empty(), Optional.of("us-east-1"), Optional.of(endpoint), true, false, false, 32);
  }

  URI endpoint() {
    return endpoint;
  }

  static S3Endpoint connect(URI endpoint, RetryPolicy policy) throws IOException {
    return S3Endpoint.connect(connection(endpoint), credentials(), S3Access.DEFAULT, policy);
  }

  /** The name of a new bucket. */
  String newBucket() {
    String bucket = "bucket-" + BUCKETS.incrementAndGet();
    await(client.createBucket(b -> b.bucket(bucket)));
    return bucket;
  }

  Optional<byte[]> bytes(S3Location location) {
    try {
      return Optional.of(
          await(
                  client.getObject(
                      b -> b.bucket(location.bucket()).key(location.key()),
                      AsyncResponseTransformer.toBytes()))
              .asByteArray());
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  HeadObjectResponse head(S3Location location) {
    return await(client.headObject(b -> b.bucket(location.bucket()).key(location.key())));
  }

  /** The numbers of the parts that an upload has. */
  List<Integer> parts(S3Location location, String uploadId) {
    return await(
            client.listParts(
                b -> b.bucket(location.bucket()).key(location.key()).uploadId(uploadId)))
        .parts()
        .stream()
        .map(Part::partNumber)
        .toList();
  }

  void overwritePart(S3Location location, String uploadId, int number, byte[] bytes) {
    await(
        client.uploadPart(
            b ->
                b.bucket(location.bucket())
                    .key(location.key())
                    .uploadId(uploadId)
                    .partNumber(number),
            AsyncRequestBody.fromBytes(bytes)));
  }

  void abort(S3Location location, String uploadId) {
    await(
        client.abortMultipartUpload(
            b -> b.bucket(location.bucket()).key(location.key()).uploadId(uploadId)));
  }

  int objects(String bucket) {
    return await(client.listObjectsV2(b -> b.bucket(bucket))).contents().size();
  }

  int uploads(String bucket) {
    return await(client.listMultipartUploads(b -> b.bucket(bucket))).uploads().size();
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}

package amber.benchmark.aws;

import amber.block.Block;
import amber.block.BlockDigest;
import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsAsyncClient;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;

/**
 * What one HTTP client of the SDK costs: blocks are read or written and nothing is done with them.
 * A first half of them warms the JVM up and does not count.
 */
public final class HttpClientRun {

  /** The names of the clients. */
  static final List<String> CLIENTS =
      List.of("crt", "crt-sync", "netty", "netty-openssl", "apache5", "url-connection");

  private static final Duration ACQUISITION_LIMIT = Duration.ofMinutes(1);
  private static final Duration REQUEST_LIMIT = Duration.ofMinutes(5);

  private final Arguments arguments;
  private final int inFlight;
  private final ExecutorService threads;
  private final BlockingQueue<byte[]> buffers = new LinkedBlockingQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  HttpClientRun(Arguments arguments) {
    this.arguments = arguments;
    this.inFlight = arguments.number("in-flight", 64);
    this.threads = Executors.newFixedThreadPool(inFlight);
    for (int i = 0; i < inFlight; i++) {
      byte[] block = new byte[Block.SIZE];
      Arrays.fill(block, (byte) 1);
      buffers.add(block);
    }
  }

  /** {@code get|put --endpoint URL --client NAME --snapshot ID --blocks N [--in-flight N]}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(JSON.std.asString(new HttpClientRun(new Arguments(args)).run()));
  }

  Map<String, Object> run() throws IOException, InterruptedException {
    int blocks = arguments.number("blocks", 2000);
    String snapshot = arguments.text("snapshot");
    try (BlockCalls calls = calls()) {
      Direction direction =
          arguments.verb().equals("put") ? put(calls, blocks) : get(calls, snapshot);
      all(direction, blocks);
      long cpu = cpuNanos();
      long began = System.nanoTime();
      all(direction, blocks);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("blocks", blocks);
      result.put("seconds", (System.nanoTime() - began) / 1e9);
      result.put("cpuSeconds", (cpuNanos() - cpu) / 1e9);
      return result;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Sends one request. */
  @FunctionalInterface
  private interface Direction {
    CompletableFuture<?> send(int index, byte[] buffer);
  }

  private Direction get(BlockCalls calls, String snapshot) {
    return (index, buffer) ->
        calls.get(
            GetSnapshotBlockRequest.builder()
                .snapshotId(snapshot)
                .blockIndex(index)
                .blockToken("AAABAbEnChMaRkToKeN")
                .build(),
            buffer);
  }

  private Direction put(BlockCalls calls, int blocks) throws InterruptedException {
    byte[] block = buffers.take();
    String checksum = Base64.getEncoder().encodeToString(BlockDigest.newSha256().digest(block));
    buffers.add(block);
    int sizeGiB = Math.max(1, (int) (((long) blocks * Block.SIZE) >> 30) + 1);
    String snapshot = start(sizeGiB);
    return (index, buffer) ->
        calls.put(
            PutSnapshotBlockRequest.builder()
                .snapshotId(snapshot)
                .blockIndex(index)
                .dataLength(Block.SIZE)
                .checksum(checksum)
                .checksumAlgorithm("SHA256")
                .build(),
            buffer);
  }

  private String start(long sizeGiB) {
    try (SdkHttpClient http = UrlConnectionHttpClient.create();
        EbsClient ebs = common(EbsClient.builder()).httpClient(http).build()) {
      return ebs.startSnapshot(r -> r.volumeSize(sizeGiB)).snapshotId();
    }
  }

  private void all(Direction direction, int blocks) throws IOException, InterruptedException {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    for (int index = 0; index < blocks; index++) {
      byte[] buffer = buffers.poll(REQUEST_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (buffer == null || failure.get() != null) {
        throw new IOException("a request failed, or took too long", failure.get());
      }
      ends.add(
          direction
              .send(index, buffer)
              .whenComplete(
                  (answer, thrown) -> {
                    if (thrown != null) {
                      failure.compareAndSet(null, thrown);
                    }
                    buffers.add(buffer);
                  }));
    }
    CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])).join();
  }

  private BlockCalls calls() {
    String client = arguments.text("client");
    return switch (client) {
      case "crt" ->
          async(
              AwsCrtAsyncHttpClient.builder()
                  .maxConcurrency(inFlight)
                  .connectionAcquisitionTimeout(ACQUISITION_LIMIT)
                  .build());
      case "netty" -> async(netty(SslProvider.JDK));
      case "netty-openssl" -> async(netty(SslProvider.OPENSSL));
      case "crt-sync" ->
          blocking(
              AwsCrtHttpClient.builder()
                  .maxConcurrency(inFlight)
                  .connectionAcquisitionTimeout(ACQUISITION_LIMIT)
                  .build());
      case "apache5" ->
          blocking(
              Apache5HttpClient.builder()
                  .maxConnections(inFlight)
                  .connectionAcquisitionTimeout(ACQUISITION_LIMIT)
                  .build());
      case "url-connection" -> blocking(UrlConnectionHttpClient.create());
      default ->
          throw new IllegalArgumentException(
              "client '%s', should be one of %s".formatted(client, CLIENTS));
    };
  }

  private SdkAsyncHttpClient netty(SslProvider tls) {
    return NettyNioAsyncHttpClient.builder()
        .maxConcurrency(inFlight)
        .connectionAcquisitionTimeout(ACQUISITION_LIMIT)
        .sslProvider(tls)
        .build();
  }

  private BlockCalls async(SdkAsyncHttpClient http) {
    return new AsyncCalls(common(EbsAsyncClient.builder()).httpClient(http).build());
  }

  private BlockCalls blocking(SdkHttpClient http) {
    return new BlockingCalls(common(EbsClient.builder()).httpClient(http).build(), threads);
  }

  private <B extends AwsClientBuilder<B, C>, C> B common(B builder) {
    return builder
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
        .endpointOverride(URI.create(arguments.text("endpoint")));
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}

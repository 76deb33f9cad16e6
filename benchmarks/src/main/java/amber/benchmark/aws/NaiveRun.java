package amber.benchmark.aws;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What one would write in an afternoon: each block of a snapshot is read and stored as an object of
 * its own, by the SDK's defaults, without compression or a look at checksums.
 */
public final class NaiveRun {

  private final Arguments arguments;
  private final StaticCredentialsProvider credentials =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));

  NaiveRun(Arguments arguments) {
    this.arguments = arguments;
  }

  /** {@code copy --endpoint URL --snapshot ID --bucket NAME --threads N --blocks N}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(JSON.std.asString(new NaiveRun(new Arguments(args)).run()));
  }

  Map<String, Object> run() throws IOException, InterruptedException, ExecutionException {
    int threads = arguments.number("threads", 1);
    URI endpoint = URI.create(arguments.text("endpoint"));
    long began = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (SdkHttpClient http = Apache5HttpClient.builder().maxConnections(2 * threads).build();
        EbsClient ebs =
            EbsClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .endpointOverride(endpoint)
                .httpClient(http)
                .build();
        S3Client s3 =
            S3Client.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .httpClient(http)
                .build()) {
      List<Future<?>> copies = new ArrayList<>();
      for (Block block : list(ebs, arguments.number("blocks", Integer.MAX_VALUE))) {
        copies.add(pool.submit(() -> copy(ebs, block, s3)));
      }
      for (Future<?> copy : copies) {
        copy.get();
      }
      return Map.of("blocks", copies.size(), "seconds", (System.nanoTime() - began) / 1e9);
    } finally {
      pool.shutdownNow();
    }
  }

  private List<Block> list(EbsClient ebs, int most) {
    return ebs
        .listSnapshotBlocksPaginator(
            r -> r.snapshotId(arguments.text("snapshot")).maxResults(10_000))
        .stream()
        .flatMap(page -> page.blocks().stream())
        .limit(most)
        .toList();
  }

  private void copy(EbsClient ebs, Block block, S3Client s3) {
    byte[] bytes =
        ebs.getSnapshotBlockAsBytes(
                r ->
                    r.snapshotId(arguments.text("snapshot"))
                        .blockIndex(block.blockIndex())
                        .blockToken(block.blockToken()))
            .asByteArray();
    s3.putObject(
        r -> r.bucket(arguments.text("bucket")).key("block-%08d".formatted(block.blockIndex())),
        RequestBody.fromBytes(bytes));
  }
}

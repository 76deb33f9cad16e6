package amber.benchmark.aws;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Settings;
import amber.ec2.SnapshotBlocks;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.s3.S3Access;
import amber.s3.S3Connection;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Settings;
import amber.store.ArchiveSource;
import amber.work.RetryPolicies;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * One pack or unpack between a snapshot and S3 by Amber's libraries, or one transfer by its S3 half
 * alone. Prints what it did as a line of JSON.
 */
public final class AmberRun {

  // A snapshot is there at once; real ones take minutes, in which nobody works.
  private static final Duration POLL = Duration.ofMillis(150);

  private final Arguments arguments;
  private final StaticCredentialsProvider credentials =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));
  private final int threads;
  private final Map<String, Object> result = new LinkedHashMap<>();

  AmberRun(Arguments arguments) {
    this.arguments = arguments;
    this.threads = arguments.number("threads", PackOptions.defaultThreads());
  }

  /**
   * {@code pack --snapshot ID --object s3://…}, {@code unpack --object s3://…}, {@code upload
   * --file FILE --object s3://…} or {@code download --object s3://… --file FILE}, with {@code
   * --endpoint URL}, and if need be {@code --blocks-per-second N} (0 for no limit), {@code
   * --in-flight N} and {@code --threads N}.
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(JSON.std.asString(new AmberRun(new Arguments(args)).run()));
  }

  Map<String, Object> run() throws IOException {
    long began = System.nanoTime();
    S3Connection connection = S3Connection.to(URI.create(arguments.text("endpoint")));
    try (S3Endpoint s3 =
        S3Endpoint.connect(connection, credentials, S3Access.DEFAULT, RetryPolicies.OBJECTS)) {
      switch (arguments.verb()) {
        case "pack" -> pack(s3);
        case "unpack" -> unpack(s3);
        case "upload" -> FileTransfer.upload(arguments.text("file"), s3, arguments.text("object"));
        case "download" ->
            FileTransfer.download(s3, arguments.text("object"), arguments.text("file"), threads);
        default ->
            throw new IllegalArgumentException(
                "verb '%s', should be pack, unpack, upload or download"
                    .formatted(arguments.verb()));
      }
    }
    result.put("seconds", (System.nanoTime() - began) / 1e9);
    return result;
  }

  private Ec2Connection connect() {
    Ec2Settings settings = Ec2Settings.of(Region.US_EAST_1, credentials);
    return Ec2Connection.open(
        settings
            .withEndpoint(URI.create(arguments.text("endpoint")))
            .withSpeed(
                arguments.number("in-flight", settings.inFlight()),
                arguments.rate("blocks-per-second", settings.blocksPerSecond()))
            .withWaits(
                settings.blockRetry(), POLL, settings.snapshotLimit(), settings.freshLimit()));
  }

  private void pack(S3Endpoint s3) throws IOException {
    Progress progress = new Progress();
    PackOptions options =
        new PackOptions(PackOptions.DEFAULT.level(), threads, PackOptions.DEFAULT.geometry());
    Packer packer = new Packer(options, progress);
    try (Ec2Connection aws = connect();
        SnapshotBlocks blocks = SnapshotBlocks.open(aws, arguments.text("snapshot"))) {
      Image image =
          new Image(
              Map.of("name", "benchmark"),
              List.of(new Volume(0, blocks.sizeBytes(), Optional.of("/dev/xvda"))));
      Plan plan =
          packer.plan(
              image,
              Manifest.write(image),
              List.of(blocks),
              listed -> ArchiveStamp.now("amber benchmarks"));
      result.put(
          "archiveBytes",
          packer
              .pack(
                  plan,
                  List.of(blocks),
                  s3.store(S3Settings.DEFAULT.withReplace(true)),
                  arguments.text("object"))
              .sizeBytes());
      report(aws, progress);
    }
  }

  private void unpack(S3Endpoint s3) throws IOException {
    Progress progress = new Progress();
    try (Ec2Connection aws = connect();
        ArchiveSource source = s3.open(S3Location.parse(arguments.text("object")));
        SnapshotWriter writer = new SnapshotWriter(aws, AmberRun::request)) {
      ArchiveReader archive = ArchiveReader.open(source);
      new Unpacker(threads, progress).unpack(archive, writer);
      writer.awaitCompleted();
      writer.keep();
      result.put("archiveBytes", source.sizeBytes());
      report(aws, progress);
    }
  }

  private static SnapshotRequest request(int volume) {
    return new SnapshotRequest(
        Optional.of("benchmark, volume " + volume),
        Map.of(),
        Optional.empty(),
        UUID.randomUUID().toString(),
        SnapshotRequest.MAX_TIMEOUT_MINUTES);
  }

  private void report(Ec2Connection aws, Progress progress) {
    result.put("blocks", progress.snapshot().blocks());
    result.put("retries", aws.counts().retries());
    result.put("throttled", aws.counts().throttled());
  }
}

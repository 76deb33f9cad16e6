package amber.cli;

import amber.cli.local.LocalServer;
import amber.disk.RawDisk;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotBlocks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The steps of a demo, one after the other. */
final class DemoRun {

  private static final String EAST = "us-east-1";
  private static final String GOV = "us-gov-west-1";
  private static final String EAST_BUCKET = "amber-demo-east";
  private static final String GOV_BUCKET = "amber-demo-gov";
  private static final String NAME = "amber-demo";

  private final Console console;
  private final CommonOptions common;
  private final DemoPaper paper;
  private final DemoPlace place;
  private final List<Object> steps = new ArrayList<>();

  DemoRun(Console console, CommonOptions common, DemoPaper paper, DemoPlace place) {
    this.console = console;
    this.common = common;
    this.paper = paper;
    this.place = place;
  }

  /**
   * Runs them all.
   *
   * @param given the user's disks, if there are any
   * @return the result, for programs
   */
  Map<String, Object> run(List<String> given) throws IOException {
    Stopwatch watch = new Stopwatch();
    paper.line("An AMI moves from us-east-1 to us-gov-west-1, by way of one object in S3.");
    paper.line("Nothing leaves this machine: EC2, EBS and S3 are an emulator on loopback.");
    paper.line("Each step is a command that you could type, and is run as such.");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "demo");
    json.put("directory", place.directory().toString());
    Stopwatch starting = new Stopwatch();
    paper.step("A cloud of your own");
    paper.command(List.of("cd", place.directory().toString()));
    paper.command(List.of("amber", "local", "--dir", "region", "&"));
    try (LocalServer server = LocalServer.start(place.region(), 0, 0, List.of());
        DemoShell shell = new DemoShell(console, common, server.endpoint())) {
      server.startS3(EAST);
      server.startS3(GOV);
      started(server.endpoint(), starting);
      List<Path> disks = disks(given);
      Map<String, Object> imported = importDisks(shell, disks, given);
      Map<String, Object> packed = pack(shell, server.endpoint(), text(imported, "imageId"));
      String moved = copy(shell, server.endpoint(), text(packed, "archive"));
      Map<String, Object> unpacked = unpack(shell, moved);
      DemoComparison comparison = compare(server.endpoint(), imported, unpacked);
      paper.line("");
      paper.line("Done in %s: the AMI is the same on both sides.".formatted(watch.text()));
      json.put("steps", steps);
      json.put("blocksAlike", comparison.alike());
      json.put("blocksAbsent", comparison.absent());
    }
    json.put("seconds", watch.seconds());
    return json;
  }

  private void started(URI endpoint, Stopwatch starting) {
    paper.result("one endpoint for all services and regions (%s)".formatted(starting.text()));
    LocalCommand.variables(endpoint)
        .forEach((name, value) -> paper.command(List.of("export", name + "=" + value)));
  }

  private List<Path> disks(List<String> given) throws IOException {
    List<Path> disks = new ArrayList<>();
    if (given.isEmpty()) {
      Stopwatch watch = new Stopwatch();
      paper.step("A disk to begin with");
      DemoDisk disk = DemoDisk.make(place.disk());
      disk.command().ifPresent(paper::command);
      paper.result("%s (%s)".formatted(disk.what(), watch.text()));
      disks.add(disk.file());
    } else {
      for (String disk : given) {
        disks.add(LocalPlace.path(disk));
      }
    }
    long bytes = 0;
    for (Path path : disks) {
      try (RawDisk disk = RawDisk.open(path)) {
        bytes += Sizes.listedBytes(disk.listed(), disk.sizeBytes());
      }
    }
    place.requireSpace(bytes);
    return disks;
  }

  private Map<String, Object> importDisks(DemoShell shell, List<Path> disks, List<String> given)
      throws IOException {
    paper.step("The disk becomes an AMI in us-east-1");
    List<String> shown = new ArrayList<>(List.of("amber", "local", "import"));
    shown.addAll(given.isEmpty() ? List.of("disk.img") : given);
    shown.addAll(List.of("--dir", "region", "--name", NAME));
    paper.command(shown);
    Stopwatch watch = new Stopwatch();
    List<String> arguments = new ArrayList<>(List.of("local", "import"));
    disks.forEach(disk -> arguments.add(disk.toString()));
    arguments.addAll(List.of("--name", NAME, "--region", EAST));
    arguments.addAll(List.of("--dir", place.region().toString()));
    Map<String, Object> result = shell.local(arguments);
    note(result);
    for (Object each : (List<?>) result.get("volumes")) {
      Map<?, ?> volume = (Map<?, ?>) each;
      paper.result(
          "%s: %s of %s written, in %s blocks"
              .formatted(
                  volume.get("snapshotId"),
                  Text.bytes(number(volume, "listedBytes")),
                  Text.bytes(number(volume, "sizeBytes")),
                  Text.count(number(volume, "listedBlocks"))));
    }
    paper.result("%s (%s)".formatted(result.get("imageId"), watch.text()));
    paper.look(List.of("aws", "ec2", "describe-images", "--owners", "self"));
    return result;
  }

  private Map<String, Object> pack(DemoShell shell, URI endpoint, String imageId)
      throws IOException {
    paper.step("The AMI becomes one object in S3");
    makeBucket(endpoint, EAST, EAST_BUCKET);
    String target = "s3://" + EAST_BUCKET + "/";
    paper.command(List.of("amber", "pack", imageId, target));
    Stopwatch watch = new Stopwatch();
    Map<String, Object> result = shell.amber(List.of("pack", imageId, target, "--region", EAST));
    note(result);
    paper.result(
        "%s read, %s stored, ratio %s (%s)"
            .formatted(
                Text.bytes(number(result, "listedBytes")),
                Text.bytes(number(result, "sizeBytes")),
                Text.ratio(number(result, "listedBytes"), number(result, "sizeBytes")),
                watch.text()));
    paper.look(List.of("amber", "inspect", text(result, "archive")));
    return result;
  }

  private String copy(DemoShell shell, URI endpoint, String archive) throws IOException {
    paper.step("The object goes to the other partition");
    makeBucket(endpoint, GOV, GOV_BUCKET);
    String target = "s3://" + GOV_BUCKET + archive.substring(archive.lastIndexOf('/'));
    List<String> arguments =
        List.of("copy", archive, target, "--from-region", EAST, "--to-region", GOV);
    paper.command(typed(arguments));
    Stopwatch watch = new Stopwatch();
    note(shell.amber(arguments));
    paper.result("as it is, byte for byte (%s)".formatted(watch.text()));
    paper.look(List.of("amber", "verify", target, "--region", GOV));
    return target;
  }

  private Map<String, Object> unpack(DemoShell shell, String archive) throws IOException {
    paper.step("The object becomes an AMI again, in us-gov-west-1");
    List<String> arguments = List.of("unpack", archive, "ami:" + NAME, "--region", GOV);
    paper.command(typed(arguments));
    Stopwatch watch = new Stopwatch();
    Map<String, Object> result = shell.amber(arguments);
    note(result);
    for (Object each : (List<?>) result.get("snapshots")) {
      paper.result("%s: new, and complete".formatted(((Map<?, ?>) each).get("snapshotId")));
    }
    paper.result("%s (%s)".formatted(result.get("imageId"), watch.text()));
    paper.look(List.of("aws", "ec2", "describe-images", "--owners", "self", "--region", GOV));
    return result;
  }

  private DemoComparison compare(
      URI endpoint, Map<String, Object> imported, Map<String, Object> unpacked) throws IOException {
    paper.step("Every block is read on both sides, and compared");
    Stopwatch watch = new Stopwatch();
    List<?> from = (List<?>) imported.get("volumes");
    List<?> to = (List<?>) unpacked.get("snapshots");
    if (from.size() != to.size()) {
      throw new IOException(
          "%d and %d volumes, should be as many".formatted(from.size(), to.size()));
    }
    DemoComparison comparison = new DemoComparison();
    try (Ec2Connection east = LocalPlace.connect(EAST, endpoint);
        Ec2Connection gov = LocalPlace.connect(GOV, endpoint)) {
      common.showing(
          console,
          "compare",
          comparison.progress(),
          () -> {
            for (int i = 0; i < from.size(); i++) {
              compare(comparison, east, snapshotId(from, i), gov, snapshotId(to, i));
            }
            return comparison;
          });
    }
    paper.result(
        "%s blocks are the same to the byte; %s are absent on both sides (%s)"
            .formatted(
                Text.count(comparison.alike()), Text.count(comparison.absent()), watch.text()));
    return comparison;
  }

  private static void compare(
      DemoComparison comparison, Ec2Connection east, String one, Ec2Connection gov, String other)
      throws IOException {
    try (SnapshotBlocks blocks = SnapshotBlocks.open(east, one);
        SnapshotBlocks otherBlocks = SnapshotBlocks.open(gov, other)) {
      comparison.compare(blocks, otherBlocks);
    }
  }

  private void makeBucket(URI endpoint, String region, String bucket) {
    List<String> command = new ArrayList<>(List.of("aws", "s3", "mb", "s3://" + bucket));
    if (!region.equals(EAST)) {
      command.addAll(List.of("--region", region));
    }
    paper.command(command);
    try (S3Client s3 =
        S3Client.builder()
            .endpointOverride(endpoint)
            .forcePathStyle(true)
            .region(Region.of(region))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(LocalPlace.KEY, LocalPlace.KEY)))
            .httpClientBuilder(AwsCrtHttpClient.builder())
            .build()) {
      s3.createBucket(
          request -> {
            request.bucket(bucket);
            if (!region.equals(EAST)) {
              request.createBucketConfiguration(where -> where.locationConstraint(region));
            }
          });
    }
  }

  private void note(Map<String, Object> result) {
    steps.add(result);
  }

  /** Without what AWS_DEFAULT_REGION says already. */
  private static List<String> typed(List<String> arguments) {
    List<String> typed = new ArrayList<>(List.of("amber"));
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--from-region")) {
        i++;
      } else {
        typed.add(arguments.get(i));
      }
    }
    return typed;
  }

  private static String snapshotId(List<?> volumes, int number) {
    return text((Map<?, ?>) volumes.get(number), "snapshotId");
  }

  private static String text(Map<?, ?> json, String field) {
    return String.valueOf(json.get(field));
  }

  private static long number(Map<?, ?> json, String field) {
    return ((Number) json.get(field)).longValue();
  }
}

package amber.cli;

import amber.ec2.ImageList;
import amber.ec2.ImageQuery;
import amber.ec2.ImageSummary;
import amber.s3.S3Location;
import amber.seal.Signer;
import amber.store.Remains;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskStart;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber retire}. */
@Command(
    name = RetireCommand.NAME,
    abbreviateSynopsis = true,
    header = {
      "Packs AMIs into S3, proves the archives by reading them back, and then lets the AMIs go.",
      "",
      "  amber retire ami-0abc123def4567890 s3://archive/",
      "  amber retire ami-0abc123def4567890 s3://archive/ --then deregister-with-snapshots",
      "  amber retire --older-than 1y --never-launched s3://archive/ --max-bytes 2TiB",
      ""
    },
    description = {
      "Nothing is done to an AMI before its archive is stored, read back whole, and",
      "lies in its class. Without --then nothing is done to it at all. A run that",
      "fails leaves the AMI as it is, and the same command goes on.",
      ""
    })
final class RetireCommand implements Callable<Integer>, Undoing {

  /** The verb. */
  static final String NAME = "retire";

  private final Console console;

  @Parameters(
      paramLabel = "[AMI...] ARCHIVE",
      arity = "1..*",
      description =
          "AMIs by their ids, and where the archives go: s3://BUCKET/KEY, or a bucket or a key"
              + " that ends in '/', where each is called as its AMI.")
  private List<String> operands = new ArrayList<>();

  @Option(
      names = "--then",
      paramLabel = "WHAT",
      defaultValue = "nothing",
      converter = Values.Then.class,
      description =
          "What becomes of an AMI whose archive is proved: nothing, deprecate, disable, deregister"
              + " or deregister-with-snapshots (default: nothing).")
  private RetireThen then;

  @Option(
      names = "--allow-references",
      description = "Also let AMIs go that launch templates, parameters or recipes name.")
  private boolean allowReferences;

  @Option(
      names = "--yes",
      description = "Do it to the AMIs that were chosen; without it they are listed only.")
  private boolean yes;

  @Option(
      names = "--max-bytes",
      paramLabel = "SIZE",
      converter = Values.Budget.class,
      description =
          "Of the AMIs that were chosen, the oldest whose blocks are no more than that together:"
              + " 500GiB or 20TiB.")
  private Long maxBytes;

  @Option(
      names = "--concurrency",
      paramLabel = "1..16",
      defaultValue = "1",
      converter = Values.Concurrency.class,
      description = "How many AMIs at once (default: 1).")
  private int concurrency;

  @Option(
      names = "--level",
      paramLabel = "1..19",
      defaultValue = "3",
      converter = Values.Level.class,
      description = "zstd level: 1 is fast, 19 is small (default: 3).")
  private int level;

  @Option(
      names = "--dry-run",
      description = "Check everything and tell what would be done; write and change nothing.")
  private boolean dryRun;

  @Mixin private ThreadsOption threads;

  @Mixin private SigningOptions signing;

  @Mixin private SealingOptions encryption;

  @Mixin private ImageSelection selection;

  @Mixin private PricesOption prices;

  @Mixin private S3Options s3;

  @Mixin private AwsSides aws;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec command;

  RetireCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    List<String> ids = ids();
    S3Location place = place(ids.size());
    Optional<Signer> signer = signing.signer();
    try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
        AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console));
        PackSealing sealing =
            encryption.sealing(new KmsSides(List.of(toSide, fromSide)), command, common, console)) {
      RetireOptions options =
          new RetireOptions(
              then,
              allowReferences,
              level,
              Math.max(1, threads.count() / concurrency),
              signer,
              sealing,
              s3.settings(false),
              s3.showsImage(),
              prices.table());
      requireKeys(sealing);
      Sides sides = new Sides(fromSide, toSide);
      RetireRun run = new RetireRun(console, common, options, sides, this::start);
      if (ids.size() == 1) {
        return one(run, ids.get(0), place, sides, watch);
      }
      RetireFleet fleet = new RetireFleet(console, common, run, options, sides);
      List<ImageSummary> images = ids.isEmpty() ? chosen(sides) : named(sides, ids);
      return fleet.run(
          images,
          place,
          new RetireFleet.Limits(Optional.ofNullable(maxBytes), concurrency),
          ids.isEmpty() && !yes,
          dryRun,
          watch);
    }
  }

  /** Once for all AMIs; and what asks for keys is made here, since that is for one thread. */
  private void requireKeys(PackSealing sealing) throws IOException {
    Preflight preflight = new Preflight();
    sealing.check(preflight);
    common.requireClear(console, preflight);
  }

  private int one(RetireRun run, String id, S3Location place, Sides sides, Stopwatch watch)
      throws IOException {
    if (dryRun) {
      common.print(console, run.planned(id, place, sides.bill(prices.table())));
      return Outcome.OK.exitCode();
    }
    RetireResult result = run.retire(id, place, common::showing);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", NAME);
    json.put("dryRun", false);
    json.put("images", List.of(result.json()));
    json.put("seconds", watch.seconds());
    common.confirm(
        console, sides.requests().addedTo(new Document(json, result.text(Optional.empty()))));
    return (result.isWell() ? Outcome.OK : Outcome.FAILED).exitCode();
  }

  private List<String> ids() throws RefusedException {
    List<String> ids = new ArrayList<>();
    for (String operand : operands.subList(0, operands.size() - 1)) {
      ids.add(ImageTargets.requireId(operand));
    }
    if (!ids.isEmpty() && (selection.isGiven() || yes || maxBytes != null)) {
      throw RefusedException.usage(
          "%s: AMIs are named, and chosen by what they are as well".formatted(ids.get(0)),
          "give ids, or --filter and the like with --yes");
    }
    if (ids.isEmpty() && !selection.isGiven()) {
      throw RefusedException.usage(
          "no AMI is named, should be one or more",
          "give ids, or choose by --name, --tag, --filter, --older-than or --never-launched");
    }
    return List.copyOf(new LinkedHashSet<>(ids));
  }

  private S3Location place(int images) throws RefusedException {
    String last = operands.get(operands.size() - 1);
    if (!(Operand.parse(last) instanceof Operand.Stored stored)) {
      throw RefusedException.usage(
          last + ": is no place for archives that stay, should be s3://BUCKET/",
          "to pack an AMI into a file: amber pack AMI FILE");
    }
    if (images != 1 && !stored.location().isPlace()) {
      throw RefusedException.usage(
          last + ": names one archive, should be a place for several", "let it end in '/'");
    }
    return stored.location();
  }

  private List<ImageSummary> chosen(Sides sides) throws IOException {
    return new ImageList(sides.from().ec2()).find(selection.query(ImageQuery.SELF, true, true));
  }

  private static List<ImageSummary> named(Sides sides, List<String> ids) throws IOException {
    ImageList list = new ImageList(sides.from().ec2());
    List<ImageSummary> found = new ArrayList<>();
    Preflight looking = new Preflight();
    for (String id : ids) {
      looking.check(
          () -> {
            try {
              found.addAll(list.of(List.of(id)));
            } catch (NoSuchFileException e) {
              // A run before may have come to its end with this one, and not with others.
              found.add(ImageSummary.ofNone(id));
            }
          });
    }
    looking.requireClear();
    return found;
  }

  private TaskStart start(String imageId, String location) {
    return new TaskStart(
        NAME,
        imageId,
        location,
        RetireArguments.of(command, imageId, location),
        Path.of("").toAbsolutePath().toString(),
        TaskEnvironment.of(console),
        Version.tool());
  }

  @Override
  public void undo(TaskDirectory tasks, Task task) throws IOException {
    try (AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
      ArchiveRemoval.undo(tasks, task, toSide, s3.settings(false));
      Optional<Remains> moving = RetireNotes.read(tasks, task.id()).moving();
      if (moving.isPresent()) {
        toSide.s3().store(s3.settings(false)).discard(task.start().target(), moving.get().token());
      }
    }
  }
}

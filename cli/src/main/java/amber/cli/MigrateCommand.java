package amber.cli;

import amber.UnpackJournal;
import amber.seal.Signer;
import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber migrate}. */
@Command(
    name = MigrateCommand.NAME,
    abbreviateSynopsis = true,
    header = {
      "Makes an AMI of another one: in another account, region or partition.",
      "",
      "  amber migrate ami-0abc123def4567890 ami:web-42 --to-profile gov \\",
      "      --to-region us-gov-west-1",
      "  amber migrate ami-0abc123def4567890 ami: --to-region us-west-2 --verify",
      "  amber migrate ami-0abc123def4567890 ami:web-42 --to-profile gov \\",
      "      --to-region us-gov-west-1 --kms-key-id arn:aws-us-gov:kms:... \\",
      "      --archive s3://archive/ --storage-class DEEP_ARCHIVE",
      ""
    })
final class MigrateCommand implements Callable<Integer>, Undoing {

  /** The verb. */
  static final String NAME = "migrate";

  private final Console console;

  @Parameters(index = "0", paramLabel = "AMI", description = "The AMI, by its id.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "ami:NAME, the new AMI's name ('ami:' keeps the name that the AMI has).")
  private String target;

  @Option(
      names = "--verify",
      paramLabel = "full|sample",
      converter = Values.ProofMode.class,
      preprocessor = FullUnlessSaid.class,
      description =
          "Read the new snapshots back before an AMI is registered of them: all blocks"
              + " (--verify, or --verify=full), or 1024 of them at random (--verify=sample).")
  private SnapshotProof.Mode proof;

  @Option(
      names = "--verify-seed",
      paramLabel = "N",
      description = "Decides which blocks are in a sample (default: another each time).")
  private Long seed;

  @Mixin private SideArchiveOptions archive;

  @Mixin private SigningOptions signing;

  @Mixin private SealingOptions encryption;

  @Mixin private ThreadsOption threads;

  @Mixin private WriteOptions writing;

  @Mixin private PricesOption prices;

  @Mixin private S3Options s3;

  @Mixin private AmiOptions ami;

  @Mixin private AwsSides aws;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec command;

  /** A word that follows the option is an operand: what belongs to the option comes with '='. */
  static final class FullUnlessSaid implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli wants a Stack
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        args.push("full");
      }
      return false;
    }
  }

  MigrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    Operand from = Operand.parse(source);
    Operand to = Operand.parse(target);
    requireSense(from, to);
    Optional<Signer> signer = signing.signer();
    try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
        AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console));
        PackSealing sealing = encryption.sealing(kms(fromSide, toSide), command, common, console)) {
      Migration migration =
          new Migration(
              console,
              command,
              common,
              new Migration.Options(
                  writing,
                  ami,
                  threads,
                  prices,
                  archive,
                  signer,
                  sealing,
                  s3,
                  Optional.ofNullable(proof),
                  seed()));
      return migration.run(
          (Operand.Ami) from, (Operand.NewAmi) to, new Sides(fromSide, toSide), watch);
    }
  }

  /** The archive's side comes first. */
  private KmsSides kms(AwsSide from, AwsSide to) {
    AwsSide its = archive.of(new Sides(from, to));
    return new KmsSides(Stream.of(its, from, to).distinct().toList());
  }

  private long seed() {
    return seed == null ? System.nanoTime() : seed;
  }

  private void requireSense(Operand from, Operand to) throws RefusedException {
    if (!(from instanceof Operand.Ami)) {
      throw RefusedException.usage(
          from + ": is no AMI, should be one by its id",
          "anything else becomes an AMI by: amber copy %s %s".formatted(from, to));
    }
    if (!(to instanceof Operand.NewAmi)) {
      throw RefusedException.usage(
          to + ": is no new AMI, should be ami:NAME",
          "to a directory: amber copy %s %s; to an archive: amber pack %s %s"
              .formatted(from, to, from, to));
    }
    if (seed != null && proof != SnapshotProof.Mode.SAMPLE) {
      throw RefusedException.usage("--verify-seed: is for --verify=sample", "leave it out");
    }
    if (archive.aimless().isPresent()) {
      throw RefusedException.usage(
          archive.aimless().get() + ": is for an archive on the way",
          "add --archive, or leave it out");
    }
    if (!archive.isGiven()) {
      String what = "an archive on the way, which --archive asks for";
      Given.refuse(command, SigningOptions.Signing.class, what);
      Given.refuse(command, RecipientOptions.Given.class, what);
      Given.refuse(command, IdentityOptions.Given.class, what);
    }
    Operand kept = archive.isGiven() ? Operand.parse(archive.archive()) : to;
    boolean isPlace = kept == to || kept instanceof Operand.Local || kept instanceof Operand.Stored;
    if (!isPlace) {
      throw RefusedException.usage(
          "--archive %s: is no place for an archive, should be a file or s3://BUCKET/"
              .formatted(kept),
          "choose another place");
    }
    if (!(kept instanceof Operand.Stored)) {
      Given.refuse(command, S3Options.Stored.class, "an archive in S3");
    }
    if (writing.replace() && !archive.isGiven()) {
      throw RefusedException.usage(
          "--replace: is for archives, an AMI is not replaced", "choose another name");
    }
  }

  @Override
  public void undo(TaskDirectory tasks, Task task) throws IOException {
    boolean isImage = UnpackJournal.isOf(tasks, task.id());
    AwsSettings settings = isImage ? aws.to() : archive.settings(aws);
    try (AwsSide side = new AwsSide(settings, console, common.traffic(console))) {
      if (isImage) {
        ImageRemoval.undo(tasks, task, side, Operand.parse(target));
      } else {
        ArchiveRemoval.undo(tasks, task, side, s3.settings(writing.replace()));
      }
    }
  }
}

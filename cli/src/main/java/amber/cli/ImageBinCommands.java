package amber.cli;

import amber.ec2.AwsException;
import amber.ec2.ImageSummary;
import amber.ec2.RecycleBin;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands below {@code amber image} about the Recycle Bin. */
final class ImageBinCommands {

  private ImageBinCommands() {}

  private static Map<String, Object> json(RecycleBin.Kept kept) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", kept.id());
    kept.name().ifPresent(name -> json.put("name", name));
    kept.description().ifPresent(text -> json.put("description", text));
    kept.enteredAt().ifPresent(time -> json.put("enteredAt", time.toString()));
    kept.leavesAt().ifPresent(time -> json.put("leavesAt", time.toString()));
    return json;
  }

  private static String text(RecycleBin.Kept kept) {
    return "%s%s: since %s, until %s"
        .formatted(
            kept.id(),
            kept.name().map(name -> " (" + name + ")").orElse(""),
            kept.enteredAt().map(Object::toString).orElse("a time not told"),
            kept.leavesAt().map(Object::toString).orElse("a time not told"));
  }

  /** {@code amber image recycled}. */
  @Command(
      name = "recycled",
      abbreviateSynopsis = true,
      header = {"Lists what the Recycle Bin keeps of AMIs and snapshots, and until when.", ""})
  static final class Recycled implements Callable<Integer> {

    private final Console console;

    @Mixin private AwsOptions aws;

    @Mixin private CommonOptions common;

    Recycled(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
        RecycleBin bin = new RecycleBin(side.ec2());
        List<RecycleBin.Kept> images = bin.images();
        List<RecycleBin.Kept> snapshots = bin.snapshots();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", 1);
        json.put("command", "image recycled");
        json.put("images", images.stream().map(ImageBinCommands::json).toList());
        json.put("snapshots", snapshots.stream().map(ImageBinCommands::json).toList());
        List<String> text = new ArrayList<>();
        images.forEach(each -> text.add(text(each)));
        snapshots.forEach(each -> text.add(text(each)));
        if (text.isEmpty()) {
          text.add("the Recycle Bin is empty");
        }
        Document listed = new Document(json, text);
        common.print(console, common.isJson() ? side.requests().addedTo(listed) : listed);
      }
      return Outcome.OK.exitCode();
    }
  }

  /** {@code amber image recover}. */
  @Command(
      name = "recover",
      abbreviateSynopsis = true,
      header = {
        "Takes AMIs back from the Recycle Bin, their snapshots first.",
        "",
        "  amber image recover ami-0abc123def4567890",
        "  amber image recover ami-0abc123def4567890 --snapshot snap-0abc123def4567890",
        ""
      },
      description = {
        "An AMI comes back as it was, with whom it was shared. The Recycle Bin does not",
        "tell which snapshots are an AMI's: those that EC2 names, or whose description",
        "names the AMI, are taken back first, and those that are given.",
        ""
      })
  static final class Recover implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "AMI", arity = "1..*", description = "AMIs by their ids.")
    private List<String> ids = new ArrayList<>();

    @Option(
        names = "--snapshot",
        paramLabel = "SNAPSHOT",
        description = "Take this snapshot back first; may be given again.")
    private List<String> snapshots = new ArrayList<>();

    @Option(names = "--dry-run", description = "Tell what would be done; change nothing.")
    private boolean dryRun;

    @Mixin private AwsOptions aws;

    @Mixin private CommonOptions common;

    private final List<String> text = new ArrayList<>();
    private final List<Map<String, Object>> recovered = new ArrayList<>();
    private boolean failed;

    Recover(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      for (String id : ids) {
        ImageTargets.requireId(id);
      }
      try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
        RecycleBin bin = new RecycleBin(side.ec2());
        for (RecycleBin.Kept image : find(bin)) {
          if (dryRun) {
            bin.tryOut(image.id());
            text.add("would recover " + text(image));
            recovered.add(json(image));
          } else {
            recover(bin, image);
          }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", 1);
        json.put("command", "image recover");
        json.put("dryRun", dryRun);
        json.put("images", recovered);
        Document document = side.requests().addedTo(new Document(json, text));
        if (dryRun) {
          common.print(console, document);
        } else {
          common.confirm(console, document);
        }
      }
      return (failed ? Outcome.FAILED : Outcome.OK).exitCode();
    }

    private List<RecycleBin.Kept> find(RecycleBin bin) throws IOException {
      List<RecycleBin.Kept> found = new ArrayList<>();
      Preflight looking = new Preflight();
      for (String id : new LinkedHashSet<>(ids)) {
        looking.check(
            () ->
                found.add(
                    bin.image(id)
                        .orElseThrow(
                            () -> new NoSuchFileException(id, null, "not in the Recycle Bin"))));
      }
      looking.requireClear();
      return found;
    }

    private void recover(RecycleBin bin, RecycleBin.Kept image) throws IOException {
      common.note(console, "recover " + text(image));
      List<String> back = new ArrayList<>();
      try {
        List<String> first = new ArrayList<>(snapshots);
        bin.snapshots().stream()
            .filter(each -> each.description().filter(d -> d.contains(image.id())).isPresent())
            .forEach(each -> first.add(each.id()));
        ImageSummary now = bin.recover(image.id(), first, back::add);
        back.forEach(id -> text.add("snapshot " + id + ": recovered"));
        text.add("%s: recovered, and %s".formatted(image.id(), now.state()));
        Map<String, Object> json = json(image);
        json.put("state", now.state());
        json.put("snapshots", back);
        recovered.add(json);
      } catch (InterruptedIOException e) {
        stay(back);
        throw e;
      } catch (IOException e) {
        stay(back);
        IOException told = explained(bin, e);
        if (ids.size() == 1) {
          throw told;
        }
        failed = true;
        text.add("%s: failed: %s".formatted(image.id(), ErrorReport.message(told)));
      }
    }

    private void stay(List<String> back) {
      back.forEach(
          id -> common.warn(console, "snapshot " + id + ": recovered, and stays, and is paid for"));
    }

    /** Says which snapshots there are, if EC2 refuses and names none. */
    private static IOException explained(RecycleBin bin, IOException failure) {
      if (!(failure instanceof AwsException)) {
        return failure;
      }
      try {
        List<String> kept = bin.snapshots().stream().map(RecycleBin.Kept::id).toList();
        if (!kept.isEmpty()) {
          return new RefusedException(
              Outcome.FAILED,
              ErrorReport.message(failure),
              "if its snapshots are among those in the Recycle Bin, repeat with --snapshot ID: "
                  + String.join(", ", kept),
              failure);
        }
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      return failure;
    }
  }
}

package amber.cli;

import amber.disk.RawDisk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amber demo}. */
@Command(
    name = "demo",
    header = {
      "Shows the whole way of an AMI, from one partition to another, on this machine.",
      "",
      "  amber demo",
      "  amber demo --keep disk.img",
      ""
    })
final class DemoCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "DISK",
      arity = "0..*",
      description = "Raw disks to take (default: one with files of this JDK).")
  private List<String> disks = List.of();

  @Option(names = "--keep", description = "Keep everything, to look around.")
  private boolean keep;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work: empty, or not there (default: a temporary one).")
  private String directory;

  @Mixin private CommonOptions common;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    LocalPlace.requireEmulator();
    for (String disk : disks) {
      RawDisk.open(LocalPlace.path(disk)).close();
    }
    DemoPaper paper = new DemoPaper(console, common.quiet() || common.isJson());
    Map<String, Object> json;
    try (DemoPlace place = DemoPlace.open(directory, keep)) {
      json = new DemoRun(console, common, paper, place).run(disks);
      json.put("kept", keep);
      close(paper, place);
    } catch (DemoShell.FailedException e) {
      // The command has said why.
      return e.exitCode();
    }
    if (common.isJson()) {
      console.json(json);
    }
    return Outcome.OK.exitCode();
  }

  private void close(DemoPaper paper, DemoPlace place) {
    if (!keep) {
      paper.line("Everything is removed; amber demo --keep keeps it, to look around.");
      return;
    }
    paper.line("Everything is kept. Start the emulator again, and paste what it prints into");
    paper.line("another shell, to look around:");
    paper.command(List.of("amber", "local", "--dir", place.region().toString()));
  }
}

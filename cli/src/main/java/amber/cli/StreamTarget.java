package amber.cli;

import amber.archive.Plan;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.work.Traffic;
import java.io.IOException;
import java.util.function.Consumer;

/** Stdout. */
record StreamTarget(Console console, Traffic traffic) implements PackTarget {

  @Override
  public String location() {
    return "stdout";
  }

  @Override
  public ArchiveSink sink(Plan plan, Consumer<String> warnings) throws IOException {
    if (console.stdoutIsTerminal()) {
      throw RefusedException.usage(
          "stdout: is a terminal, should be a file or a pipe", "amber pack SOURCE - | COMMAND");
    }
    return new StreamSink(console.takeStdout(), traffic);
  }

  @Override
  public void dryRun(ArchiveBound bound, Bill bill) {
    // There is nothing to check, and it costs nothing.
  }
}

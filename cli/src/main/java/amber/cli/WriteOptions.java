package amber.cli;

import picocli.CommandLine.Option;

/** The options of commands that write. */
final class WriteOptions {

  @Option(names = "--replace", description = "Replace what has the target's name, at the end.")
  private boolean replace;

  @Option(
      names = "--no-sync",
      description = "Do not wait until what was written is on the disk, safe from a power failure.")
  private boolean noSync;

  @Option(
      names = "--dry-run",
      description = "Check everything and tell what would be done; write nothing.")
  private boolean dryRun;

  boolean replace() {
    return replace;
  }

  boolean sync() {
    return !noSync;
  }

  boolean dryRun() {
    return dryRun;
  }
}

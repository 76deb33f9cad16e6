package amber.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code amber archives}. */
@Command(
    name = "archives",
    header = {"Shows which archives a bucket has.", "", "  amber archives list s3://archive/", ""})
final class ArchivesCommand implements Callable<Integer> {

  @Override
  public Integer call() throws RefusedException {
    throw RefusedException.usage(
        "amber archives: says not what to do, should be list", "run 'amber archives --help'");
  }
}

package amber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code amber launch-jar}: makes for the launcher what starts more quickly. */
@Command(
    name = "launch-jar",
    hidden = true,
    header = "Makes a jar in a directory beside the program's that starts it more quickly.")
final class LaunchJarCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIRECTORY", description = "Where it goes; not there yet.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    // Of java -jar, the class path is the jar.
    new LaunchJar(Path.of(System.getProperty("java.class.path")), directory).write();
    return Outcome.OK.exitCode();
  }
}

package amber.cli;

import amber.cli.local.LocalServer;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amber local}. */
@Command(
    name = "local",
    header = {
      "Runs EC2, EBS direct and S3 on this machine, over one directory.",
      "",
      "  amber local --dir region/",
      "  amber local --dir region/ --fault ebs:GetSnapshotBlock:p=0.01:status=500",
      "  amber local import disk.img --dir region/ --name web",
      "  amber local export snap-0123456789abcdef0 disk.img --dir region/",
      ""
    },
    description = {
      "All regions answer at one endpoint, on loopback only. The directory keeps",
      "everything; a later run goes on with it. SIGINT or SIGTERM ends it.",
      ""
    })
final class LocalCommand implements Callable<Integer> {

  private static final String USUAL_REGION = "us-east-1";

  private final Console console;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where everything is kept: empty, or from an earlier run.")
  private String directory;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      converter = LocalValues.Port.class,
      description = "The port (default: any that is free).")
  private int port;

  @Option(
      names = "--fault",
      paramLabel = "RULE",
      description =
          "How to misbehave, SERVICE:OPERATION:[CONDITION:]ACTION as docs/emulator.md has it;"
              + " may be given again.")
  private List<String> faults = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      converter = LocalValues.Seed.class,
      description = "Decides what rules leave to chance (default: 0).")
  private long seed;

  @Mixin private CommonOptions common;

  LocalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (directory == null) {
      throw RefusedException.usage(
          "--dir: is missing, should name the directory that keeps everything",
          "amber local --dir region/");
    }
    LocalPlace.requireEmulator();
    Path path = LocalPlace.path(directory);
    try (LocalServer server = start(path)) {
      common.confirm(console, started(path, server.endpoint()));
      if (!console.isPrinted()) {
        return Outcome.FAILED.exitCode();
      }
      awaitSignal();
    }
    return Outcome.OK.exitCode();
  }

  private LocalServer start(Path path) throws IOException {
    try {
      return LocalServer.start(path, port, seed, faults);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(e.getMessage(), "docs/emulator.md has the rules");
    } catch (FileAlreadyExistsException e) {
      throw new RefusedException(
          Outcome.EXISTS,
          e.getMessage(),
          "choose a directory that is empty or does not exist yet",
          e);
    } catch (IOException e) {
      if (LocalServer.isInUse(e)) {
        throw LocalPlace.inUse(path, e);
      }
      if (isTaken(e)) {
        throw new RefusedException(
            Outcome.FAILED,
            e.getMessage(),
            "choose another port, or leave --port out for one that is free",
            e);
      }
      throw e;
    }
  }

  private static boolean isTaken(Throwable failure) {
    return failure != null && (failure instanceof BindException || isTaken(failure.getCause()));
  }

  /** What to paste into a shell. */
  static Map<String, String> variables(URI endpoint) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ACCESS_KEY_ID", LocalPlace.KEY);
    variables.put("AWS_SECRET_ACCESS_KEY", LocalPlace.KEY);
    variables.put("AWS_DEFAULT_REGION", USUAL_REGION);
    variables.put("AWS_ENDPOINT_URL", endpoint.toString());
    return variables;
  }

  private static Document started(Path path, URI endpoint) {
    Map<String, String> variables = variables(endpoint);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "local");
    json.put("directory", path.toString());
    json.put("endpoint", endpoint.toString());
    json.put("environment", variables);
    List<String> text = new ArrayList<>();
    text.add("# EC2, EBS direct and S3 over %s, at %s".formatted(path, endpoint));
    variables.forEach((name, value) -> text.add("export " + name + "=" + value));
    return new Document(json, text);
  }

  private static void awaitSignal() {
    try {
      // Without a limit: this is what the command is for.
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // A signal ends the process, once everything is closed; the interrupt would disturb that.
      return;
    }
  }
}

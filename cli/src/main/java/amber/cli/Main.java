package amber.cli;

import java.util.List;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The {@code amber} command. */
@Command(
    name = "amber",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    header = {
      "Packs AMIs and raw disks into one seekable .tar.zst archive, and back.",
      "",
      "  amber pack ami-0abc123def4567890 s3://archive/     store an AMI in S3",
      "  amber unpack s3://archive/ami-... ami:web-42       register it anew",
      "  amber pack disk.img disk.bin                       store a disk as a file",
      "  amber inspect disk.bin                             what an archive holds",
      "  amber unpack disk.bin restored/                    the disk, with its holes",
      ""
    },
    footerHeading = "%nExit codes: ",
    footer = {
      "0 ok, 1 failed, 2 usage, 3 corrupt, 4 not allowed, 5 not found,",
      "6 exists, 7 unsupported, 9 not ready, 130 and 143 ended by SIGINT",
      "and SIGTERM."
    })
public final class Main {

  private final Console console;

  Main(Console console) {
    this.console = console;
  }

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    Main main = new Main(Console.system());
    System.exit(Interrupts.unwinding(() -> main.run(List.of(arguments))));
  }

  /** Runs a command line and returns its exit code. */
  int run(List<String> arguments) {
    ErrorReport errors = new ErrorReport(console, arguments);
    int exitCode;
    try {
      exitCode = commandLine(errors).execute(arguments.toArray(String[]::new));
    } catch (Error e) {
      // picocli leaves these alone; OutOfMemoryError says that there are too many threads.
      exitCode = errors.failed(e);
    }
    if (!console.isPrinted()) {
      console.err("amber: error: stdout: the result could not be written");
      return Math.max(exitCode, Outcome.FAILED.exitCode());
    }
    return exitCode;
  }

  CommandLine commandLine(ErrorReport errors) {
    Settings settings = new Settings(console);
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion
        .getCommandSpec()
        .usageMessage()
        .header(
            "Prints a script that completes amber commands in bash and zsh.",
            "",
            "  source <(amber generate-completion)",
            "")
        .description();
    CommandLine commandLine =
        new CommandLine(this)
            .addSubcommand(new PackCommand(console))
            .addSubcommand(new UnpackCommand(console))
            .addSubcommand(new InspectCommand(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(
                new CommandLine(new LocalCommand(console))
                    .addSubcommand(new LocalImportCommand(console))
                    .addSubcommand(new LocalExportCommand(console)))
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new WarmUpCommand())
            .addSubcommand(completion)
            .addSubcommand(new HelpCommand());
    return commandLine
        .setOut(console.outWriter())
        .setErr(console.errWriter())
        .setOverwrittenOptionsAllowed(false)
        .setDefaultValueProvider(settings)
        .setParameterExceptionHandler((failure, args) -> errors.misused(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> errors.failed(failure))
        .setExecutionStrategy(parsed -> execute(parsed, settings));
  }

  private static int execute(ParseResult parsed, Settings settings) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    if (command.hasMatchedOption("--verbose")) {
      settings.explain(command);
    }
    return new RunLast().execute(parsed);
  }
}

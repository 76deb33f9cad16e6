package amber.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
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
      "6 exists, 7 unsupported, 8 failed but can be resumed, 9 not ready,",
      "130 and 143 ended by SIGINT and SIGTERM."
    })
public final class Main {

  private final Console console;

  Main(Console console) {
    this.console = console;
  }

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    HeadStart.begin(List.of(arguments));
    Main main = new Main(Console.system());
    System.exit(Interrupts.unwinding(() -> main.run(List.of(arguments))));
  }

  /** Runs a command line and returns its exit code. */
  int run(List<String> arguments) {
    ErrorReport errors = new ErrorReport(console, arguments);
    int exitCode;
    try {
      exitCode = commandLine(errors, arguments).execute(arguments.toArray(String[]::new));
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

  /**
   * The command, with the one below it that is named first: to describe all of them takes time at
   * each start. Whatever else is asked, all are there.
   */
  private CommandLine commandLine(ErrorReport errors, List<String> arguments) {
    Settings settings = new Settings(console);
    CommandLine commandLine = new CommandLine(this);
    Map<String, Supplier<Object>> commands = commands();
    String named = arguments.isEmpty() ? "" : arguments.get(0);
    if (commands.containsKey(named)) {
      commandLine.addSubcommand(commands.get(named).get());
    } else {
      commands.values().forEach(command -> commandLine.addSubcommand(command.get()));
      commandLine.addSubcommand(new WarmUpCommand());
      commandLine.addSubcommand(new LaunchJarCommand());
      commandLine.addSubcommand(completion());
      commandLine.addSubcommand(new HelpCommand());
    }
    Handling handling = new Handling(errors, settings);
    return commandLine
        .setOut(console.outWriter())
        .setErr(console.errWriter())
        .setOverwrittenOptionsAllowed(false)
        .setDefaultValueProvider(settings)
        .setParameterExceptionHandler(handling)
        .setExecutionExceptionHandler(handling)
        .setExecutionStrategy(handling);
  }

  /**
   * What is done with a command line that was understood, and with failures. No lambdas: picocli's
   * interfaces of these could then not be in the class data archive.
   */
  private final class Handling
      implements IParameterExceptionHandler, IExecutionExceptionHandler, IExecutionStrategy {
    private final ErrorReport errors;
    private final Settings settings;

    Handling(ErrorReport errors, Settings settings) {
      this.errors = errors;
      this.settings = settings;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
      return errors.misused(failure);
    }

    @Override
    public int handleExecutionException(
        Exception failure, CommandLine command, ParseResult parsed) {
      return errors.failed(failure, Repeats.of(command));
    }

    @Override
    public int execute(ParseResult parsed) {
      return Main.this.execute(parsed, settings);
    }
  }

  private Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("pack", () -> new PackCommand(console));
    commands.put("unpack", () -> new UnpackCommand(console));
    commands.put("inspect", () -> new InspectCommand(console));
    commands.put("verify", () -> new VerifyCommand(console));
    commands.put("copy", () -> new CopyCommand(console));
    commands.put(MigrateCommand.NAME, () -> new MigrateCommand(console));
    commands.put(
        "archives",
        () ->
            new CommandLine(new ArchivesCommand()).addSubcommand(new ArchivesListCommand(console)));
    commands.put("image", this::image);
    commands.put("retire", () -> new RetireCommand(console));
    commands.put("recipients", this::recipients);
    commands.put("tasks", this::tasks);
    commands.put("iam-policy", () -> new IamPolicyCommand(console));
    commands.put(
        "local",
        () ->
            new CommandLine(new LocalCommand(console))
                .addSubcommand(new LocalImportCommand(console))
                .addSubcommand(new LocalExportCommand(console)));
    commands.put("demo", () -> new DemoCommand(console));
    return commands;
  }

  private CommandLine image() {
    return new CommandLine(new ImageCommand())
        .addSubcommand(new ImageListCommand(console))
        .addSubcommand(new ImageShowCommand(console))
        .addSubcommand(new ImageChangeCommands.Deprecate(console))
        .addSubcommand(new ImageChangeCommands.Undeprecate(console))
        .addSubcommand(new ImageChangeCommands.Disable(console))
        .addSubcommand(new ImageChangeCommands.Enable(console))
        .addSubcommand(new ImageChangeCommands.Protect(console))
        .addSubcommand(new ImageChangeCommands.Unprotect(console))
        .addSubcommand(new ImageChangeCommands.Deregister(console))
        .addSubcommand(new ImageBinCommands.Recycled(console))
        .addSubcommand(new ImageBinCommands.Recover(console));
  }

  private CommandLine recipients() {
    return new CommandLine(new RecipientsCommand())
        .addSubcommand(new RecipientCommands.Listed(console))
        .addSubcommand(new RecipientCommands.Add(console))
        .addSubcommand(new RecipientCommands.Remove(console));
  }

  private CommandLine tasks() {
    return new CommandLine(new TasksCommand(console))
        .addSubcommand(new TaskCommands.Listed(console))
        .addSubcommand(new TaskCommands.Show(console))
        .addSubcommand(
            new TaskCommands.Resume(console, (within, command) -> new Main(within).run(command)))
        .addSubcommand(new TaskCommands.Cancel(console))
        .addSubcommand(new TaskCommands.Forget(console))
        .addSubcommand(new SweepCommand(console));
  }

  private static CommandLine completion() {
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
    return completion;
  }

  private int execute(ParseResult parsed, Settings settings) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    GivenOnce.check(command);
    if (command.hasMatchedOption("--verbose")) {
      settings.explain(command);
    }
    CommandLine running = command.commandSpec().commandLine();
    Optional<CommonOptions> common = CommonOptions.of(running);
    if (common.isEmpty()) {
      return new RunLast().execute(parsed);
    }
    try {
      return common.get().watching(console, () -> new RunLast().execute(parsed));
    } catch (IOException e) {
      throw new ExecutionException(running, String.valueOf(e.getMessage()), e);
    }
  }
}

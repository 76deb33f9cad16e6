package amber.cli;

import amber.task.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command of a recorded task, as it has to be given here and now to mean the same: with the
 * variables that were recorded, and with paths that are taken from where it was given first.
 */
final class TaskCommandLine {

  private static final Map<String, Function<Console, Object>> VERBS =
      Map.of(
          PackCommand.NAME,
          PackCommand::new,
          UnpackCommand.NAME,
          UnpackCommand::new,
          CopyCommand.NAME,
          CopyCommand::new,
          MigrateCommand.NAME,
          MigrateCommand::new,
          RetireCommand.NAME,
          RetireCommand::new);

  private final Console console;
  private final Object command;
  private final CommandLine commandLine;
  private final List<String> arguments;

  TaskCommandLine(Console here, Task task) throws RefusedException {
    Function<Console, Object> verb = VERBS.get(task.start().verb());
    if (verb == null || task.start().arguments().isEmpty()) {
      throw RefusedException.usage(
          "%s: is a task of another version, %s".formatted(task.id(), task.start().version()),
          "use that version");
    }
    Map<String, String> recorded = task.start().environment();
    console = here.within(TaskEnvironment.over(here.environment(), recorded));
    command = verb.apply(console);
    commandLine = new CommandLine(command).setDefaultValueProvider(new Settings(console));
    Path directory = Path.of(task.start().directory());
    arguments =
        directory.equals(Path.of("").toAbsolutePath())
            ? task.start().arguments()
            : from(directory, commandLine.getCommandSpec(), task.start().arguments());
  }

  /** What the command has of the world around it. */
  Console console() {
    return console;
  }

  /** The arguments, the verb first. */
  List<String> arguments() {
    return arguments;
  }

  /** The command itself, which has its operands and options. */
  Object parsed() {
    commandLine.parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
    return command;
  }

  private static List<String> from(Path directory, CommandSpec spec, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(arguments.get(0)));
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      OptionSpec option = spec.findOption(equals < 0 ? argument : argument.substring(0, equals));
      if (option == null) {
        boolean isOperand = !argument.startsWith("-");
        all.add(isOperand ? operand(directory, argument) : argument);
        continue;
      }
      if (equals >= 0) {
        String value = argument.substring(equals + 1);
        all.add(argument.substring(0, equals + 1) + value(directory, option, value));
        continue;
      }
      all.add(argument);
      if (option.arity().max() > 0 && i + 1 < arguments.size()) {
        i++;
        all.add(value(directory, option, arguments.get(i)));
      }
    }
    return all;
  }

  private static String value(Path directory, OptionSpec option, String text) {
    if (option.longestName().equals(SideArchiveOptions.ARCHIVE)) {
      return operand(directory, text);
    }
    boolean isPath =
        option.typeInfo().getType() == Path.class
            || Arrays.asList(option.typeInfo().getAuxiliaryTypes()).contains(Path.class);
    return isPath ? path(directory, text) : text;
  }

  private static String operand(Path directory, String text) {
    try {
      return Operand.parse(text) instanceof Operand.Local local
          ? path(directory, local.path() + (text.endsWith("/") ? "/" : ""))
          : text;
    } catch (RefusedException e) {
      // The command itself will say what is wrong with it.
      return text;
    }
  }

  /** The slash at its end, which says that it is a directory, stays. */
  private static String path(Path directory, String path) {
    return directory.resolve(path) + (path.endsWith("/") ? "/" : "");
  }
}

package amber.cli;

import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Where options get their values: from a flag, else from the environment, else by default. */
final class Settings implements IDefaultValueProvider {

  private static final Map<String, String> VARIABLES =
      Map.of(
          "--level", "AMBER_LEVEL",
          "--threads", "AMBER_THREADS",
          "--output", "AMBER_OUTPUT",
          "--progress", "AMBER_PROGRESS");

  private final Console console;

  Settings(Console console) {
    this.console = console;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    String variable = variable(argument);
    return variable == null ? null : console.variable(variable);
  }

  /** The variable that an option can come from, or null. */
  static String variable(ArgSpec argument) {
    return argument instanceof OptionSpec option ? VARIABLES.get(option.longestName()) : null;
  }

  /** Tells each option that is in effect, and where it came from. */
  void explain(ParseResult command) {
    for (OptionSpec option : command.commandSpec().options()) {
      // Of a group, which says how to reach AWS and the like, only what was given.
      boolean left =
          !command.hasMatchedOption(option)
              && (option.group() != null || option.getValue() == null);
      if (option.usageHelp() || option.versionHelp() || left) {
        continue;
      }
      String origin = "default";
      if (command.hasMatchedOption(option)) {
        origin = "flag";
      } else if (defaultValue(option) != null) {
        origin = "environment, " + variable(option);
      }
      console.err(
          "amber: option %s is %s (%s)".formatted(option.longestName(), option.getValue(), origin));
    }
  }
}

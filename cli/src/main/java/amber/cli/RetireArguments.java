package amber.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line that retires one AMI as one that may retire many does. */
final class RetireArguments {

  private static final Set<String> OF_MANY =
      Set.of(
          "--yes",
          "--max-bytes",
          "--concurrency",
          "--name",
          "--tag",
          "--filter",
          "--older-than",
          "--never-launched");

  private RetireArguments() {}

  static List<String> of(CommandSpec command, String imageId, String location) {
    List<String> arguments = new ArrayList<>(List.of(RetireCommand.NAME, imageId, location));
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (OF_MANY.contains(name)) {
        continue;
      }
      if (option.arity().max() == 0) {
        arguments.add(name);
      } else {
        option.originalStringValues().forEach(value -> arguments.add(name + "=" + value));
      }
    }
    return arguments;
  }
}

package amber.cli;

import java.lang.reflect.Field;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Tells options that have no meaning for what was asked. */
final class Given {

  private Given() {}

  /**
   * Refuses options of a group.
   *
   * @param group the class that has them
   * @param forWhat what they are for, such as {@code archives in S3}
   * @throws RefusedException if one of them was given
   */
  static void refuse(CommandSpec command, Class<?> group, String forWhat) throws RefusedException {
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (option.userObject() instanceof Field field && field.getDeclaringClass() == group) {
        throw RefusedException.usage(
            "%s: is for %s".formatted(option.longestName(), forWhat), "leave it out");
      }
    }
  }
}

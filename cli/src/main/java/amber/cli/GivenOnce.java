package amber.cli;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParseResult;

/**
 * Refuses an option that is given twice and holds one value: of two regions or two passphrases, one
 * would be left out without a word.
 *
 * <p>picocli sees to this itself, except for options in a group, where it takes a repeat for the
 * group's being given again, and keeps the last.
 */
final class GivenOnce {

  private GivenOnce() {}

  /**
   * Looks at what was given to a command.
   *
   * @throws OverwrittenOptionException if an option was given more often than it may be
   */
  static void check(ParseResult command) {
    for (OptionSpec option : command.commandSpec().options()) {
      if (!option.isMultiValue() && option.originalStringValues().size() > 1) {
        throw new OverwrittenOptionException(
            command.commandSpec().commandLine(), option, option.longestName() + ": given again");
      }
    }
  }
}

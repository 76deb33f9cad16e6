package amber.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How tests start a program in a Java of its own. */
final class JavaCommand {

  private JavaCommand() {}

  /**
   * The command that runs a program with the class path of the tests.
   *
   * <p>A shell lets what it starts in the background ignore SIGINT, and so does all that is started
   * by that, Java included. The programs here are sent one, whoever started the tests.
   */
  static List<String> of(String program, List<?> arguments) {
    return of(System.getProperty("java.class.path"), program, arguments);
  }

  /** The same with another class path. */
  static List<String> of(String classPath, String program, List<?> arguments) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.addAll(List.of(classPath, program));
    arguments.forEach(argument -> command.add(argument.toString()));
    return command;
  }
}

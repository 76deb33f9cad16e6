package amber.cli;

import com.sun.jna.Function;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks the system whether a stream is a terminal; Java knows that of stdin and stdout together. */
final class Terminal {

  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;

  private Terminal() {}

  /**
   * Asks for what nobody else should see: it is not shown while it is typed.
   *
   * @return null if there is no terminal to ask on
   */
  @SuppressWarnings("SystemConsoleNull") // on later JDKs, isTerminal alone tells
  static char[] secret(String prompt) {
    Console terminal = System.console();
    return terminal == null || !isTerminal(STDIN)
        ? null
        : terminal.readPassword("%s", Text.safe(prompt));
  }

  static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        return Files.readSymbolicLink(link).toString().matches("/dev/(pts/|tty|console).*");
      } catch (IOException e) {
        return false;
      }
    }
    try {
      // No /proc, as on macOS. Not asked on Linux, where it would double the time to start.
      return Function.getFunction("c", "isatty").invokeInt(new Object[] {descriptor}) == 1;
    } catch (LinkageError e) {
      return false;
    }
  }
}

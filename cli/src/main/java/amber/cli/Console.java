package amber.cli;

import amber.image.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What one run has of the world around it: its streams and its environment.
 *
 * <p>Every line passes through {@link Text#safe}, so that nothing printed commands the terminal.
 */
final class Console {

  private final OutputStream stdout;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean stdoutIsTerminal;
  private final boolean stderrIsTerminal;
  private boolean stdoutIsTaken;
  private int paintedLength;

  Console(
      OutputStream stdout,
      OutputStream stderr,
      Map<String, String> environment,
      boolean stdoutIsTerminal,
      boolean stderrIsTerminal) {
    this.stdout = stdout;
    this.out = new PrintStream(stdout, false, StandardCharsets.UTF_8);
    this.err = new PrintStream(stderr, true, StandardCharsets.UTF_8);
    this.environment = environment;
    this.stdoutIsTerminal = stdoutIsTerminal;
    this.stderrIsTerminal = stderrIsTerminal;
  }

  /** The process's own. */
  static Console system() {
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getenv(),
        Terminal.isTerminal(Terminal.STDOUT),
        Terminal.isTerminal(Terminal.STDERR));
  }

  /** The same, but for another stdout, which is no terminal, and another environment. */
  Console beside(OutputStream otherStdout, Map<String, String> otherEnvironment) {
    return new Console(otherStdout, err, otherEnvironment, false, stderrIsTerminal);
  }

  /** The same, but for another environment. */
  Console within(Map<String, String> otherEnvironment) {
    return new Console(stdout, err, otherEnvironment, stdoutIsTerminal, stderrIsTerminal);
  }

  /** Prints a line of the result. */
  void out(String line) {
    resultStream().println(Text.safe(line));
  }

  /** Prints a JSON document of the result. */
  void json(Map<String, Object> document) {
    json(document, resultStream());
  }

  /** Prints a JSON document beside the result. */
  void jsonToErr(Map<String, Object> document) {
    json(document, err);
  }

  private static void json(Map<String, Object> document, PrintStream stream) {
    String text = new String(Json.write(document), StandardCharsets.UTF_8);
    // Other characters stand in JSON's strings alone, where their numbers mean the same.
    text.lines().map(Text::safe).forEach(stream::println);
  }

  /** Prints bytes of the result as they are, but never what a terminal could obey. */
  void bytes(byte[] text) throws IOException {
    if (stdoutIsTerminal) {
      new String(text, StandardCharsets.UTF_8).lines().forEach(this::out);
    } else {
      out.write(text);
    }
  }

  /** Prints a line beside the result. */
  void err(String line) {
    synchronized (err) {
      erase();
      err.println(Text.safe(line));
    }
  }

  /** Prints a line of progress, over which the next line of any kind is printed. */
  void paint(String line) {
    synchronized (err) {
      // Blanks rather than an escape sequence, which not every terminal obeys.
      err.print("\r" + line + " ".repeat(Math.max(0, paintedLength - line.length())));
      err.flush();
      paintedLength = line.length();
    }
  }

  /** Takes away what was painted last. */
  void erase() {
    synchronized (err) {
      if (paintedLength > 0) {
        err.print("\r" + " ".repeat(paintedLength) + "\r");
        err.flush();
        paintedLength = 0;
      }
    }
  }

  /** Takes stdout for data; what would be printed there goes to stderr from now on. */
  WritableByteChannel takeStdout() {
    stdoutIsTaken = true;
    return Channels.newChannel(stdout);
  }

  private PrintStream resultStream() {
    return stdoutIsTaken ? err : out;
  }

  /** For picocli's own texts. */
  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  /** For picocli's own texts. */
  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /** Whether all that was printed on stdout went out. */
  boolean isPrinted() {
    return stdoutIsTaken || !out.checkError();
  }

  /** A variable of the environment; an empty one counts as none. */
  String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** All variables of the environment. */
  Map<String, String> environment() {
    return environment;
  }

  boolean stdoutIsTerminal() {
    return stdoutIsTerminal;
  }

  boolean stderrIsTerminal() {
    return stderrIsTerminal;
  }
}

package amber.cli;

import java.util.ArrayList;
import java.util.List;

/** What a demo prints, in lines of at most 80 characters, as it goes on. */
final class DemoPaper {

  private static final int WIDTH = 80;
  private static final String INDENT = "   ";

  private final Console console;
  private final boolean silent;
  private int step;

  DemoPaper(Console console, boolean silent) {
    this.console = console;
    this.silent = silent;
  }

  /** A line from the margin, as it is. */
  void line(String text) {
    print(List.of(text));
  }

  /** The beginning of a step. */
  void step(String title) {
    step++;
    print(List.of("", step + "  " + title));
  }

  /** A command as a user would type it. */
  void command(List<String> words) {
    print(wrap(INDENT + "$ ", INDENT + "    ", " \\", words));
  }

  /** What came of it. */
  void result(String text) {
    print(wrap(INDENT, INDENT, "", List.of(text.split(" ", -1))));
  }

  /** Where to look. */
  void look(List<String> words) {
    print(wrap(INDENT + "look: ", INDENT + "      ", " \\", words));
  }

  private void print(List<String> lines) {
    if (silent) {
      return;
    }
    lines.forEach(console::out);
    // At once, or nothing would be seen until all is over.
    console.isPrinted();
  }

  /** Words in lines; what is too long for a line has one of its own. */
  static List<String> wrap(String first, String next, String more, List<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : words) {
      if (!empty && line.length() + 1 + word.length() + more.length() > WIDTH) {
        lines.add(line + more);
        line = new StringBuilder(next);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
    return lines;
  }
}

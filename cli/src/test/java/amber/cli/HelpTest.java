package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The help of every command, as it appears on a screen of 80 columns. */
class HelpTest {

  private static final int COLUMNS = 80;

  /** A line of a paragraph that ends before this, although the next word had room, is ragged. */
  private static final int FULL = 60;

  @Test
  void helpOfEveryCommandReadsWell() {
    List<List<String>> commands = new ArrayList<>();
    find(List.of(), commands);
    assertThat(commands).contains(List.of("tasks", "resume"), List.of("image", "deregister"));
  }

  private static void find(List<String> command, List<List<String>> found) {
    found.add(command);
    List<String> help = help(command);
    List<String> below = new ArrayList<>();
    boolean listed = false;
    for (String line : help) {
      listed = line.equals("Commands:") || (listed && line.startsWith(" "));
      if (listed && line.matches("  [a-z].*")) {
        below.add(line.strip().replaceFirst("[ ,].*", ""));
      }
    }
    assertReadsWell(command, help);
    for (String name : below) {
      if (!name.equals("help")) {
        List<String> next = new ArrayList<>(command);
        next.add(name);
        find(next, found);
      }
    }
  }

  private static List<String> help(List<String> command) {
    List<Object> all = new ArrayList<>(command);
    all.add("--help");
    Run run = Run.of(all.toArray());
    assertThat(run.exitCode()).as("%s: %s", all, run.stderr()).isZero();
    return Arrays.asList(run.text().split("\n", -1));
  }

  private static void assertReadsWell(List<String> command, List<String> help) {
    for (int i = 0; i < help.size(); i++) {
      String line = help.get(i);
      assertThat(line.length()).as("amber %s: %s", command, line).isLessThanOrEqualTo(COLUMNS);
      String next = i + 1 < help.size() ? help.get(i + 1) : "";
      if (line.matches("[^ ].*[^.:]") && next.matches("[a-z].*")) {
        int taken = line.length() + 1 + next.replaceFirst(" .*", "").length();
        assertThat(taken)
            .as("amber %s: '%s' with the next word", command, line)
            .isGreaterThan(FULL);
      }
    }
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A session with the command line, in text, that can be run in a directory:
 *
 * <pre>
 * # a comment
 * % disk FILE         makes a small disk; also: text FILE WORDS, mkdir DIRECTORY,
 *                     cut FILE BYTES, flip FILE BYTE, env NAME VALUE
 * $ amber ...         runs a command; what follows is expected of it:
 * words               a line on stdout; {} stands for anything in it, and a line
 *                     of {} alone for any number of lines
 * ! words             a line on stderr
 * exit 3              its exit code, unless 0
 * </pre>
 *
 * <p>What differs from run to run or from version to version (times, UUIDs, digests, sizes to the
 * byte, versions) matches any other of its kind. What is written is not synced, to save time.
 */
final class Transcript {

  private static final List<String> WITH_VALUE =
      List.of("--level", "--threads", "--output", "--progress", "--volume", "--to-endpoint-url");
  private static final String NO_FILE = "s3://.*|ami[:-].*|snap-.*|-.*";
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\d+\\.\\d(?= s\\b)"
              + "|[\\d,]+(?= bytes\\b)"
              + "|\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\b"
              + "|\\b\\p{XDigit}{64}\\b"
              + "|\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"
              + "|(?<=amber )(development|\\d+\\.\\d+\\.\\d+)");

  private final String name;
  private final List<String> lines;
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  Transcript(String name, List<String> lines, Path directory) {
    this.name = name;
    this.lines = lines;
    this.directory = directory;
  }

  /** Runs all commands and checks what each did. */
  void run() throws IOException {
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (line.startsWith("% ")) {
        prepare(line.substring(2).split(" ", 3));
      } else if (line.startsWith("$ amber")) {
        int end = at;
        while (end < lines.size() && !lines.get(end).matches("(\\$ amber|% |# ).*")) {
          end++;
        }
        int next = end;
        while (end > at && lines.get(end - 1).isBlank()) {
          end--;
        }
        check(line, lines.subList(at, end));
        at = next;
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new AssertionError("%s: what is '%s'?".formatted(name, line));
      }
    }
  }

  private void prepare(String[] words) throws IOException {
    Path file = directory.resolve(words[1]);
    switch (words[0]) {
      case "disk" -> TestDisk.small(file);
      case "text" -> Files.writeString(file, words[2]);
      case "mkdir" -> Files.createDirectories(file);
      case "env" -> environment.put(words[1], words[2]);
      case "cut" -> {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.setLength(Long.parseLong(words[2]));
        }
      }
      case "flip" -> {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.seek(Long.parseLong(words[2]));
          int old = bytes.read();
          bytes.seek(Long.parseLong(words[2]));
          bytes.write(~old);
        }
      }
      default -> throw new AssertionError("%s: what is '%s'?".formatted(name, words[0]));
    }
  }

  private void check(String command, List<String> expected) {
    Run run = Run.with(environment, arguments(command).toArray());
    List<String> out = new ArrayList<>();
    List<String> err = new ArrayList<>();
    int exitCode = 0;
    for (String line : expected) {
      if (line.startsWith("! ")) {
        err.add(line.substring(2));
      } else if (line.matches("exit \\d+")) {
        exitCode = Integer.parseInt(line.substring(5));
      } else {
        out.add(line);
      }
    }
    assertThat(shown(run.text()))
        .as("%s: stdout of %s (stderr: %s)", name, command, run.stderr())
        .matches(pattern(out));
    assertThat(shown(run.stderr())).as("%s: stderr of %s", name, command).matches(pattern(err));
    assertThat(run.exitCode()).as("%s: exit code of %s", name, command).isEqualTo(exitCode);
  }

  /** Operands that name files are taken from the transcript's directory. */
  private List<String> arguments(String command) {
    List<String> arguments = new ArrayList<>();
    String[] words = command.split(" ", -1);
    for (int i = 2; i < words.length; i++) {
      boolean operand = i > 2 && !words[i].matches(NO_FILE) && !WITH_VALUE.contains(words[i - 1]);
      if (!operand || words[2].equals("help")) {
        arguments.add(words[i]);
      } else if (words[i].startsWith("file:")) {
        arguments.add("file:" + directory + "/" + words[i].substring(5));
      } else {
        arguments.add(directory + "/" + words[i]);
      }
    }
    if (words.length > 2 && words[2].matches("pack|store|unpack|restore")) {
      arguments.add("--no-sync");
    }
    return arguments;
  }

  private String shown(String text) {
    return fixed(text.replace(directory + "/", "").replace(directory.toString(), "."));
  }

  private static String fixed(String text) {
    return VARIABLE.matcher(text).replaceAll("#");
  }

  private static Pattern pattern(List<String> lines) {
    StringBuilder pattern = new StringBuilder();
    for (String line : lines) {
      if (line.equals("{}")) {
        // Not a group that repeats: the matcher would go one call deeper for each line.
        pattern.append("(?s:.*\n)?");
      } else {
        for (String part : fixed(line).split("(?=\\{\\})|(?<=\\{\\})", -1)) {
          pattern.append(part.equals("{}") ? ".*" : Pattern.quote(part));
        }
        pattern.append('\n');
      }
    }
    return Pattern.compile(pattern.toString());
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TranscriptTest {

  private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
  private static final Path MANUAL = Path.of("../docs/cli.md");

  @TempDir private Path directory;

  static List<String> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void sessionGoesAsWritten(String name) throws IOException {
    new Transcript(name, Files.readAllLines(TRANSCRIPTS.resolve(name)), directory).run();
  }

  @Test
  void examplesOfTheManualGoAsWritten() throws IOException {
    List<String> session = new ArrayList<>(List.of("% disk disk.img", "% mkdir backup"));
    boolean inExample = false;
    for (String line : Files.readAllLines(MANUAL)) {
      if (line.startsWith("```")) {
        inExample = line.equals("```console");
      } else if (inExample) {
        session.add(line);
      }
    }
    assertThat(session).as("examples").hasSizeGreaterThan(20);
    new Transcript("cli.md", session, directory).run();
  }
}

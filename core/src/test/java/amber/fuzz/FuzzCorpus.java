package amber.fuzz;

import amber.fixture.ArchiveEditor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The inputs that are kept: one directory of resources for each target. */
final class FuzzCorpus {

  private FuzzCorpus() {}

  /** The kept inputs of a target by their names, what was once a finding among them. */
  static SortedMap<String, byte[]> kept(String target) throws IOException {
    SortedMap<String, byte[]> kept = new TreeMap<>();
    URL resources = FuzzCorpus.class.getResource("/fuzz/" + target);
    if (resources == null) {
      return kept;
    }
    try (Stream<Path> files = Files.list(Path.of(resources.toURI()))) {
      for (Path file : files.toList()) {
        kept.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return kept;
  }

  /** Writes what a target begins with into a directory: its seeds and all that is kept. */
  static void write(String name, Path directory) throws IOException {
    Files.createDirectories(directory);
    if (!name.equals(AnyTarget.NAME)) {
      writeAll(FuzzTargets.named(name).seeds(), directory);
      writeAll(kept(name).values(), directory);
      return;
    }
    writeAll(new AnyTarget().seeds(), directory);
    int number = 0;
    for (String each : FuzzTargets.all().keySet()) {
      List<byte[]> inputs = new ArrayList<>();
      for (byte[] input : kept(each).values()) {
        inputs.add(AnyTarget.input(number, input));
      }
      writeAll(inputs, directory);
      number++;
    }
  }

  private static void writeAll(Iterable<byte[]> inputs, Path directory) throws IOException {
    for (byte[] input : inputs) {
      Files.write(directory.resolve(name(input)), input);
    }
  }

  /** What an input's file is called. */
  static String name(byte[] input) {
    return HexFormat.of().formatHex(ArchiveEditor.sha256(input), 0, 10);
  }
}

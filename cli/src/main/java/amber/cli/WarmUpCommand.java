package amber.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code amber warm-up}: does once with a tiny disk what the other commands do, so that the
 * launcher learns which classes they need.
 */
@Command(
    name = "warm-up",
    hidden = true,
    header = "Does a little of everything with a tiny disk, and prints nothing.")
final class WarmUpCommand implements Callable<Integer> {

  private static final int DISK_BYTES = 1 << 20;

  @Override
  public Integer call() throws IOException {
    Path directory = Files.createTempDirectory("amber-warm-up");
    try {
      Path disk = directory.resolve("disk.img");
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength(DISK_BYTES);
        file.write(new byte[] {1, 2, 3});
      }
      Path archive = directory.resolve("disk.bin");
      Path image = directory.resolve("image");
      int exitCode = run("pack", disk, archive);
      exitCode |= run("inspect", archive);
      exitCode |= run("inspect", "--output", "json", archive);
      exitCode |= run("verify", archive);
      exitCode |= run("unpack", archive, image);
      exitCode |= run("pack", "--dry-run", image, directory.resolve("image.bin"));
      exitCode |= run("--version");
      exitCode |= run("help", "pack");
      // A failure needs classes of its own, and is meant.
      run("pack", disk, archive);
      run("pack", "--levle", disk, archive);
      return exitCode;
    } finally {
      delete(directory);
    }
  }

  private static int run(Object... arguments) {
    List<String> texts = new ArrayList<>();
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    OutputStream nowhere = OutputStream.nullOutputStream();
    Map<String, String> environment = Map.of("AMBER_PROGRESS_INTERVAL_MS", "1");
    return new Main(new Console(nowhere, nowhere, environment, false, false)).run(texts);
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(directory)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}

package amber.cli;

import amber.task.TaskDirectory;
import amber.task.TaskStart;
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
import picocli.CommandLine.Option;

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

  @Option(names = "--sealed", description = "Also encrypt and sign.")
  private boolean sealed;

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
      Commands commands = new Commands(Files.createDirectory(directory.resolve("home")));
      commands.dieAtOnce();
      int exitCode = commands.run("pack", disk, archive);
      exitCode |= commands.run("inspect", archive);
      exitCode |= commands.run("inspect", "--output", "json", archive);
      exitCode |= commands.run("verify", archive);
      exitCode |= commands.run("unpack", archive, image);
      exitCode |= commands.run("pack", "--dry-run", image, directory.resolve("image.bin"));
      exitCode |= commands.run("--version");
      exitCode |= commands.run("help", "pack");
      if (sealed) {
        exitCode |= sealed(commands, directory, disk);
      }
      // A failure needs classes of its own, and is meant.
      commands.run("pack", disk, archive);
      commands.run("pack", "--levle", disk, archive);
      return exitCode;
    } finally {
      delete(directory);
    }
  }

  private static int sealed(Commands commands, Path directory, Path disk) throws IOException {
    Path ec = WarmUpKeys.ec(directory.resolve("ec.pem"));
    Path rsa = WarmUpKeys.rsa(directory.resolve("rsa.pem"));
    Path words = Files.writeString(directory.resolve("words"), "only for a warm-up");
    Path signed = directory.resolve("signed.bin");
    Path sealed = directory.resolve("sealed.bin");
    List<Object> recipients =
        List.of("--recipient", ec, "--recipient", rsa, "--recipient-passphrase-file", words);
    List<Object> pack = new ArrayList<>(List.of("pack", "--signer", ec));
    pack.addAll(recipients);
    pack.addAll(List.of(disk, sealed));
    int exitCode = commands.run("pack", "--signer", ec, disk, signed);
    exitCode |= commands.run("verify", "--trust", ec, signed);
    exitCode |= commands.run("unpack", "--signer-cert", ec, signed, directory.resolve("a"));
    exitCode |= commands.run(pack.toArray());
    exitCode |= commands.run("verify", "--identity", ec, sealed);
    exitCode |= commands.run("unpack", "--identity", rsa, sealed, directory.resolve("b"));
    exitCode |= commands.run("inspect", "--passphrase-file", words, sealed);
    return exitCode;
  }

  /** Runs commands, which record what they do in a home of their own. */
  private record Commands(Path home) {

    /** Leaves a task that later ones look at, since nobody knows what it left. */
    void dieAtOnce() throws IOException {
      new TaskDirectory(home.resolve(".local/state/amber"))
          .create(new TaskStart("pack", "", "", List.of(), "", Map.of("AWS_REGION", "none"), ""))
          .close();
    }

    int run(Object... arguments) {
      List<String> texts = Stream.of(arguments).map(Object::toString).toList();
      OutputStream nowhere = OutputStream.nullOutputStream();
      Map<String, String> environment =
          Map.of("AMBER_PROGRESS_INTERVAL_MS", "1", "HOME", home.toString());
      return new Main(new Console(nowhere, nowhere, environment, false, false)).run(texts);
    }
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

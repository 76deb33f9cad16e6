package amber.cli;

import amber.archive.Plan;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.FileStore;
import amber.store.Remains;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A file to be written. */
record FileTarget(Path path, WriteOptions writing) implements PackTarget {

  /**
   * Checks that the archive can be written there.
   *
   * @param fileName what it is called in a place for several
   * @param source what is packed, if it can be read
   * @param earlier tells what earlier runs have stored of a file: their archive may be there
   *     already
   * @throws FileAlreadyExistsException if there is something that may not be replaced
   */
  static FileTarget of(
      Operand.Local operand,
      String fileName,
      Optional<PackSource> source,
      WriteOptions writing,
      Function<String, List<Remains>> earlier,
      Preflight preflight)
      throws IOException {
    Path path = operand.isPlace() ? operand.path().resolve(fileName) : operand.path();
    if (source.isPresent()) {
      source.get().refuseAsTarget(new Operand.Local(path, false));
    }
    if (!isOf(path, earlier.apply(path.toString()))) {
      check(path, writing.replace(), preflight);
    }
    return new FileTarget(path, writing);
  }

  /** Whether what is there is what an earlier run has stored. */
  static boolean isOf(Path path, List<Remains> earlier) throws IOException {
    FileStore files = new FileStore(false, false);
    for (Remains remains : earlier) {
      if (files.committed(path.toString(), remains).isPresent()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public ArchiveSink sink(Plan plan, Consumer<String> warnings) {
    return new FileStore(writing.replace(), writing.sync());
  }

  @Override
  public void dryRun(ArchiveBound bound, Bill bill) {
    // All is checked, and costs nothing.
  }

  /** Checks that a file may be written there, and tells so. */
  static void check(Path path, boolean replace, Preflight preflight) throws IOException {
    requireFree(path, replace);
    boolean taken = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    preflight.found(path.toString(), taken ? "is there, and is replaced" : "is free");
  }

  /** Checks that a file may be written there. */
  static void requireFree(Path path, boolean replace) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.isDirectory(path)) {
        throw RefusedException.usage(
            path + ": is a directory, should be a file name", "choose another name");
      }
      if (!replace) {
        throw new FileAlreadyExistsException(path.toString(), null, "archive already exists");
      }
      if (!Files.isRegularFile(path)) {
        // A rename would put a file in place of the device or pipe.
        throw RefusedException.usage(
            path + ": is no regular file, and is not replaced", "write to stdout: -");
      }
    }
    Path parent = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new NoSuchFileException(parent.toString(), null, "no such directory");
    }
    if (!Files.isWritable(parent)) {
      throw new AccessDeniedException(parent.toString(), null, "no archive may be written there");
    }
  }
}

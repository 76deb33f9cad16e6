package amber.disk;

import amber.block.BlockLog;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.VolumeRemains;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.PendingNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An image directory being written: hidden beside its final name until it is committed by a rename.
 * Volumes are sparse files: absent blocks are holes, zero blocks are written.
 */
public final class PendingImageDirectory implements ResumableBlockSink, AutoCloseable {

  /** What an image directory may hold; a directory with anything else is never replaced. */
  private static final String OWN_FILES = "manifest\\.json|salvage\\.json|volume-\\d{2,3}\\.raw";

  private final Path target;
  private final boolean replace;
  private final boolean sync;
  private final boolean keeps;
  private Path pending;
  private boolean committed;

  private PendingImageDirectory(Path target, boolean replace, boolean sync, boolean keeps) {
    this.target = target;
    this.pending = PendingNames.beside(target);
    this.replace = replace;
    this.sync = sync;
    this.keeps = keeps;
  }

  /**
   * Starts a directory.
   *
   * @param replace whether it may take the place of an image directory of the same name
   * @param sync whether a commit waits until the bytes are on the disk
   * @throws FileAlreadyExistsException if there is something under that name, other than an empty
   *     directory, that may not be replaced
   */
  public static PendingImageDirectory begin(Path directory, boolean replace, boolean sync)
      throws IOException {
    PendingImageDirectory begun = of(directory, replace, sync, false);
    Files.createDirectory(begun.pending);
    return begun;
  }

  /**
   * Prepares a directory that stays as it is if the run ends before the commit. It is made when the
   * first volume is begun, and taken up again when the first is gone on with.
   *
   * @param replace whether it may take the place of an image directory of the same name
   * @param sync whether what is said to have arrived is on the disk
   * @throws FileAlreadyExistsException as for {@link #begin(Path, boolean, boolean)}
   */
  public static PendingImageDirectory keeping(Path directory, boolean replace, boolean sync)
      throws IOException {
    return of(directory, replace, sync, true);
  }

  /** What can discard volumes of a directory that an earlier run left, and is for nothing else. */
  public static PendingImageDirectory leftOf(Path directory) {
    return new PendingImageDirectory(directory.toAbsolutePath().normalize(), false, false, true);
  }

  private static PendingImageDirectory of(
      Path directory, boolean replace, boolean sync, boolean keeps) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    requireFree(target, replace);
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(String.valueOf(parent), null, "no such directory");
    }
    return new PendingImageDirectory(target, replace, sync, keeps);
  }

  /**
   * Checks, without changing anything, that a directory could be committed under that name.
   *
   * @throws FileAlreadyExistsException if not
   */
  public static void requireFree(Path directory, boolean replace) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new FileAlreadyExistsException(
          directory.toString(), null, "exists and is no directory");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names = entries.map(entry -> entry.getFileName().toString()).toList();
      if (!names.isEmpty() && !replace) {
        throw new FileAlreadyExistsException(
            directory.toString(), null, "directory already exists and is not empty");
      }
      for (String name : names) {
        if (!name.matches(OWN_FILES)) {
          throw new FileAlreadyExistsException(
              directory.toString(),
              null,
              "holds '%s', which is no part of an image, and is not replaced".formatted(name));
        }
      }
    }
  }

  /**
   * Checks, without changing anything, that the file system where a directory shall be has room for
   * that many bytes.
   */
  public static void requireSpace(Path directory, long bytes) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(String.valueOf(parent), null, "no such directory");
    }
    long usable = Files.getFileStore(parent).getUsableSpace();
    if (usable < bytes) {
      throw new IOException(
          "%s: %d bytes are free there, the image needs %d".formatted(target, usable, bytes));
    }
  }

  /** Checks that the file system has room for that many bytes. */
  public void requireSpace(long bytes) throws IOException {
    requireSpace(target, bytes);
  }

  @Override
  public PendingVolume begin(int number, long sizeBytes) throws IOException {
    return volume(number, sizeBytes, Optional.empty());
  }

  @Override
  public PendingVolume begin(int number, long sizeBytes, BlockLog log) throws IOException {
    log.begun(pending.resolve(Volume.fileName(number)).toString());
    if (!Files.exists(pending)) {
      Files.createDirectory(pending);
      if (sync) {
        PendingNames.syncDirectory(target.getParent());
      }
    }
    return volume(number, sizeBytes, Optional.of(log));
  }

  private RawVolume volume(int number, long sizeBytes, Optional<BlockLog> log) throws IOException {
    String name = Volume.fileName(number);
    RawVolume volume =
        RawVolume.make(
            pending.resolve(name), target.resolve(name).toString(), sizeBytes, sync, log);
    if (sync && log.isPresent()) {
      PendingNames.syncDirectory(pending);
    }
    return volume;
  }

  @Override
  public Resumed resume(int number, long sizeBytes, VolumeRemains remains, BlockLog log)
      throws IOException {
    Path file = noted(number, remains);
    if (Files.isDirectory(file.getParent()) && !Files.exists(pending)) {
      pending = file.getParent();
    }
    if (!file.getParent().equals(pending) || !isOfSize(file, sizeBytes)) {
      discard(number, remains);
      return new Resumed(begin(number, sizeBytes, log), Kept.NOTHING);
    }
    String location = target.resolve(file.getFileName()).toString();
    PendingVolume volume = RawVolume.reopen(file, location, sizeBytes, sync, log);
    return new Resumed(volume, remains.receipt().isPresent() ? Kept.ALL : Kept.BLOCKS);
  }

  private static boolean isOfSize(Path file, long sizeBytes) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == sizeBytes;
  }

  /** The file that was noted, which can be in no other place than beside the target. */
  private Path noted(int number, VolumeRemains remains) throws IOException {
    Path file = Path.of(remains.token());
    Path directory = file.getParent();
    if (directory == null
        || !file.endsWith(Volume.fileName(number))
        || !PendingNames.isBeside(target, directory)) {
      throw new IOException(
          "%s: was noted as '%s', should be beside it".formatted(target, remains.token()));
    }
    return file;
  }

  @Override
  public void discard(int number, VolumeRemains remains) throws IOException {
    Path file = noted(number, remains);
    Files.deleteIfExists(file);
    Path directory = file.getParent();
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.anyMatch(left -> left.toString().endsWith(Volume.FILE_ENDING))) {
        return;
      }
    }
    delete(directory);
  }

  /** Adds a small file, such as the manifest. */
  public void writeFile(String name, byte[] content) throws IOException {
    Path file = pending.resolve(name);
    if (keeps) {
      // An earlier run may have come so far.
      Files.deleteIfExists(file);
    }
    Files.write(file, content, StandardOpenOption.CREATE_NEW);
    if (sync) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /** Adds the manifest. */
  public void writeManifest(byte[] manifest) throws IOException {
    writeFile(Manifest.FILE, manifest);
  }

  /** Gives the directory its name. After this, {@link #close} does nothing. */
  public Path commit() throws IOException {
    return commit(Optional.empty(), note -> {});
  }

  /**
   * As above, for a run that may end meanwhile.
   *
   * @param earlier what {@code log} was told by an earlier run, if it came so far
   * @param log is told what a later run has to know, before anything gets a name; one line of text
   */
  public Path commit(Optional<String> earlier, Consumer<String> log) throws IOException {
    if (sync) {
      PendingNames.syncDirectory(pending);
    }
    requireFree(target, replace);
    Publication publication = Publication.of(target, pending);
    log.accept(publication.toString());
    boolean replacing = replace && Files.exists(target);
    if (replacing) {
      Files.move(target, publication.old(), StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      // rename(2) takes the place of an empty directory, and of nothing else.
      Files.move(pending, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (replacing) {
        publication.restore();
      }
      requireFree(target, false);
      throw e;
    }
    committed = true;
    publication.deleteOld();
    if (earlier.isPresent()) {
      Publication.read(target, earlier.get()).deleteOld();
    }
    if (sync) {
      PendingNames.syncDirectory(target.getParent());
    }
    return target;
  }

  /**
   * Whether an earlier run gave the directory its name, and perhaps did not live to learn that.
   * What it replaced is then removed.
   *
   * @param note what the log of {@link #commit(Optional, Consumer)} was told
   */
  public static boolean isCommitted(Path directory, String note) throws IOException {
    Publication publication = Publication.read(directory.toAbsolutePath().normalize(), note);
    if (!publication.isDone()) {
      return false;
    }
    publication.deleteOld();
    return true;
  }

  /**
   * Takes back what an earlier run did to a directory that it wanted to replace.
   *
   * @param note what the log of {@link #commit(Optional, Consumer)} was told
   */
  public static void restore(Path directory, String note) throws IOException {
    Publication.read(directory.toAbsolutePath().normalize(), note).restore();
  }

  @Override
  public void close() throws IOException {
    if (!committed && !keeps) {
      delete(pending);
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}

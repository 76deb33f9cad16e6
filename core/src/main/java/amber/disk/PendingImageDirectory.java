package amber.disk;

import amber.block.Block;
import amber.block.BlockSink;
import amber.block.PendingVolume;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.FileWrites;
import amber.store.PendingNames;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * An image directory being written: hidden beside its final name until it is committed by a rename.
 * Volumes are sparse files: absent blocks are holes, zero blocks are written.
 */
public final class PendingImageDirectory implements BlockSink, AutoCloseable {

  /** What an image directory may hold; a directory with anything else is never replaced. */
  private static final String OWN_FILES = "manifest\\.json|salvage\\.json|volume-\\d{2,3}\\.raw";

  private final Path target;
  private final Path pending;
  private final boolean replace;
  private final boolean sync;
  private boolean committed;

  private PendingImageDirectory(Path target, Path pending, boolean replace, boolean sync) {
    this.target = target;
    this.pending = pending;
    this.replace = replace;
    this.sync = sync;
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
    Path target = directory.toAbsolutePath().normalize();
    requireFree(target, replace);
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(String.valueOf(parent), null, "no such directory");
    }
    Path pending = PendingNames.beside(target);
    Files.createDirectory(pending);
    return new PendingImageDirectory(target, pending, replace, sync);
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
    return new RawVolume(Volume.fileName(number), sizeBytes);
  }

  /** Adds a small file, such as the manifest. */
  public void writeFile(String name, byte[] content) throws IOException {
    Path file = pending.resolve(name);
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
    if (sync) {
      PendingNames.syncDirectory(pending);
    }
    requireFree(target, replace);
    Path old = PendingNames.beside(target);
    boolean replacing = replace && Files.exists(target);
    if (replacing) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      // rename(2) takes the place of an empty directory, and of nothing else.
      Files.move(pending, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (replacing && !Files.exists(target)) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      requireFree(target, false);
      throw e;
    }
    committed = true;
    if (replacing) {
      delete(old);
    }
    if (sync) {
      PendingNames.syncDirectory(target.getParent());
    }
    return target;
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      delete(pending);
    }
  }

  private static void delete(Path directory) throws IOException {
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

  private final class RawVolume implements PendingVolume {
    private final Path file;
    private final String location;
    private final long sizeBytes;
    private final FileChannel channel;
    // The kernel lets one write to a file at a time, and has the others spin rather than sleep.
    private final ReentrantLock writing = new ReentrantLock();
    private boolean volumeCommitted;

    RawVolume(String name, long sizeBytes) throws IOException {
      this.file = pending.resolve(name);
      this.location = target.resolve(name).toString();
      this.sizeBytes = sizeBytes;
      try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
        empty.setLength(sizeBytes);
      } catch (IOException e) {
        throw new IOException(
            "%s: cannot be made %d bytes large: %s".formatted(location, sizeBytes, e.getMessage()),
            e);
      }
      this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public void write(int index, ByteBuffer block, byte[] digest) throws IOException {
      ByteBuffer bytes = block.slice(block.position(), Block.length(index, sizeBytes));
      try {
        writing.lock();
        try {
          FileWrites.write(channel, bytes, Block.offset(index));
        } finally {
          writing.unlock();
        }
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(
            "%s: block %d cannot be written: %s".formatted(location, index, e.getMessage()), e);
      }
    }

    @Override
    public void commit() throws IOException {
      if (sync) {
        channel.force(true);
      }
      channel.close();
      volumeCommitted = true;
    }

    @Override
    public void close() throws IOException {
      if (!volumeCommitted) {
        channel.close();
        Files.deleteIfExists(file);
      }
    }
  }
}

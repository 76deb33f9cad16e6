package amber.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Archives as files. A pending archive is a hidden file beside its final name, which it gets by a
 * link or a rename: under its name, an archive is whole or not there. What is kept for a later run
 * is that hidden file.
 */
public final class FileStore implements ResumableSink {

  /** Bringing less to the disk at once takes longer, and more would have to be written again. */
  private static final long PIECE_BYTES = 64L << 20;

  private final boolean replace;
  private final boolean sync;
  private final long pieceBytes;
  private final Check check;

  /** Something to be checked before a file gets its name. */
  @FunctionalInterface
  public interface Check {
    /** Fails if this file, which is whole, must not become visible. */
    void run(Path file) throws IOException;
  }

  /**
   * A store of files.
   *
   * @param replace whether a commit may replace an archive of the same name
   * @param sync whether a commit waits until the bytes are on the disk, so that they survive a
   *     power failure; what is kept for a later run is then as safe
   */
  public FileStore(boolean replace, boolean sync) {
    this(replace, sync, PIECE_BYTES, file -> {});
  }

  FileStore(boolean replace, boolean sync, long pieceBytes, Check check) {
    this.replace = replace;
    this.sync = sync;
    this.pieceBytes = pieceBytes;
    this.check = check;
  }

  /** The same, but for a check of each file before its commit. */
  public FileStore checking(Check other) {
    return new FileStore(replace, sync, pieceBytes, other);
  }

  /** Opens an archive to read. */
  public static ArchiveSource open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a directory, should be an archive file");
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new FileSystemException(path.toString(), null, "is no file, should be an archive");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new FileSource(path.toString(), channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param name a path
   */
  @Override
  public PendingArchive begin(String name) throws IOException {
    return PendingFile.begin(name, reserve(name), settings());
  }

  /**
   * {@inheritDoc}
   *
   * @param name a path
   * @param log is told of pieces of 64 MiB or more, the last may be smaller; of the last before the
   *     commit
   */
  @Override
  public PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException {
    return PendingFile.logged(name, reserve(name), settings(), log);
  }

  /**
   * {@inheritDoc}
   *
   * @param name a path
   */
  @Override
  public PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
      throws IOException {
    FilePieces.require(name, remains);
    Path left = left(name, remains.token());
    PendingPath fresh = reserve(name);
    long kept = kept(left, remains);
    if (kept == 0) {
      Files.deleteIfExists(left);
      return PendingFile.logged(name, fresh, settings(), log);
    }
    PendingPath pending = new PendingPath(name, target(name), left, replace, sync);
    return PendingFile.resumed(name, pending, settings(), log, kept);
  }

  private static long kept(Path left, Remains remains) throws IOException {
    if (!Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    try (FileChannel file = FileChannel.open(left, StandardOpenOption.READ)) {
      return FilePieces.kept(file, remains);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param name a path
   */
  @Override
  public Optional<StoredArchive> committed(String name, Remains remains) throws IOException {
    FilePieces.require(name, remains);
    Path left = left(name, remains.token());
    Path target = target(name);
    if (remains.pieces().isEmpty() || !Files.isRegularFile(target)) {
      return Optional.empty();
    }
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.READ)) {
      // The last piece has the archive's end, which is like no other's.
      if (file.size() != remains.end() || FilePieces.kept(file, remains) != remains.end()) {
        return Optional.empty();
      }
    }
    // The run may have died with both names there.
    Files.deleteIfExists(left);
    return Optional.of(new StoredArchive(name, remains.end()));
  }

  /**
   * {@inheritDoc}
   *
   * @param name a path
   */
  @Override
  public void discard(String name, String token) throws IOException {
    Files.deleteIfExists(left(name, token));
  }

  /** The hidden file of a token, which is its name. */
  private static Path left(String name, String token) throws IOException {
    Path target = target(name);
    if (!PendingNames.isBeside(target, token)) {
      throw new IOException(
          "%s: note '%s', should be a pending file's name".formatted(name, token));
    }
    return target.resolveSibling(token);
  }

  private static Path target(String name) {
    return Path.of(name).toAbsolutePath();
  }

  private PendingFile.Settings settings() {
    return new PendingFile.Settings(sync, pieceBytes, check);
  }

  /**
   * Starts an archive that somebody else writes, as a file.
   *
   * @param name a path
   * @throws FileAlreadyExistsException if {@code name} is taken; the same is checked again when the
   *     file is committed
   */
  public PendingPath reserve(String name) throws IOException {
    Path target = target(name);
    if (Files.isDirectory(target)) {
      throw new FileSystemException(name, null, "is a directory, should be a file name");
    }
    if (!replace && Files.exists(target)) {
      throw new FileAlreadyExistsException(name, null, "archive already exists");
    }
    if (!Files.isDirectory(target.getParent())) {
      throw new NoSuchFileException(target.getParent().toString(), null, "no such directory");
    }
    return new PendingPath(name, target, replace, sync);
  }

  private record FileSource(String location, FileChannel channel, long sizeBytes)
      implements ArchiveSource {

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int count = readSome(target, at);
        if (count < 0) {
          throw new EOFException(
              "%s: ends at byte %d, should go on to byte %d"
                  .formatted(location, at, at + target.remaining()));
        }
        at += count;
      }
    }

    private int readSome(ByteBuffer target, long at) throws IOException {
      try {
        return channel.read(target, at);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(
            "%s: byte %d cannot be read: %s".formatted(location, at, reason(e)), e);
      }
    }

    private static String reason(IOException failure) {
      return failure instanceof ClosedChannelException ? "is closed" : failure.getMessage();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}

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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Archives as files. A pending archive is a hidden file beside its final name, which it gets by a
 * link or a rename: under its name, an archive is whole or not there.
 */
public final class FileStore implements ArchiveSink {

  private final boolean replace;
  private final boolean sync;

  /**
   * A store of files.
   *
   * @param replace whether a commit may replace an archive of the same name
   * @param sync whether a commit waits until the bytes are on the disk, so that they survive a
   *     power failure
   */
  public FileStore(boolean replace, boolean sync) {
    this.replace = replace;
    this.sync = sync;
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
    PendingPath pending = reserve(name);
    return new PendingFile(
        name,
        pending,
        FileChannel.open(pending.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /**
   * Starts an archive that somebody else writes, as a file.
   *
   * @param name a path
   * @throws FileAlreadyExistsException if {@code name} is taken; the same is checked again when the
   *     file is committed
   */
  public PendingPath reserve(String name) throws IOException {
    Path target = Path.of(name).toAbsolutePath();
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

  private final class PendingFile implements PendingArchive {
    private final String name;
    private final PendingPath pending;
    private final FileChannel channel;
    private long size;

    PendingFile(String name, PendingPath pending, FileChannel channel) {
      this.name = name;
      this.pending = pending;
      this.channel = channel;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      try {
        int length = bytes.remaining();
        FileWrites.write(channel, bytes, size);
        size += length;
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(name + ": cannot be written: " + e.getMessage(), e);
      }
    }

    @Override
    public StoredArchive commit() throws IOException {
      if (sync) {
        channel.force(true);
      }
      channel.close();
      pending.publish();
      return new StoredArchive(name, size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      pending.close();
    }
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

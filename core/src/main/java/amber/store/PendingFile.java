package amber.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** An archive that is a hidden file, and told to a log if somebody wants it kept. */
final class PendingFile implements PendingArchive {

  private static final StoreLog DEAF =
      new StoreLog() {
        @Override
        public void begun(String token) {}

        @Override
        public void stored(long end, String receipt) {}
      };

  /**
   * How files are written.
   *
   * @param sync whether they are brought to the disk
   * @param pieceBytes of how many bytes at least a log is told at once
   * @param check made before a file gets its name
   */
  record Settings(boolean sync, long pieceBytes, FileStore.Check check) {}

  private final String name;
  private final PendingPath pending;
  private final Settings settings;
  private final StoreLog log;
  private final boolean keeps;
  private final long keptBytes;
  private FileChannel channel;
  private FilePieces pieces;
  private long size;
  private volatile boolean told;
  private boolean ended;

  private PendingFile(
      String name,
      PendingPath pending,
      Settings settings,
      StoreLog log,
      boolean keeps,
      long keptBytes) {
    this.name = name;
    this.pending = pending;
    this.settings = settings;
    this.log = log;
    this.keeps = keeps;
    this.keptBytes = keptBytes;
    this.told = keptBytes > 0;
  }

  /** One that nobody keeps. */
  static PendingFile begin(String name, PendingPath pending, Settings settings) throws IOException {
    PendingFile file = new PendingFile(name, pending, settings, DEAF, false, 0);
    file.create();
    return file;
  }

  /** One of which a log is told, as soon as there is something to tell. */
  static PendingFile logged(String name, PendingPath pending, Settings settings, StoreLog log) {
    return new PendingFile(name, pending, settings, log, true, 0);
  }

  /** One that an earlier run left, of which so many bytes are as they should be. */
  static PendingFile resumed(
      String name, PendingPath pending, Settings settings, StoreLog log, long keptBytes)
      throws IOException {
    PendingFile file = new PendingFile(name, pending, settings, log, true, keptBytes);
    file.channel = FileChannel.open(pending.path(), StandardOpenOption.WRITE);
    try {
      file.channel.truncate(keptBytes);
    } catch (IOException e) {
      file.channel.close();
      throw e;
    }
    file.pieces = file.pieces();
    return file;
  }

  private void create() throws IOException {
    String token = pending.path().getFileName().toString();
    log.beginning(token);
    channel =
        FileChannel.open(pending.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (keeps) {
      if (settings.sync()) {
        PendingNames.syncDirectory(pending.path().getParent());
      }
      log.begun(token);
      pieces = pieces();
    }
  }

  private FilePieces pieces() {
    StoreLog telling =
        new StoreLog() {
          @Override
          public void begun(String token) {}

          @Override
          public void stored(long end, String receipt) throws IOException {
            log.stored(end, receipt);
            told = true;
          }
        };
    return new FilePieces(
        name, channel, settings.sync(), settings.pieceBytes(), telling, keptBytes);
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    requireOpen();
    if (passOver(bytes)) {
      return;
    }
    if (channel == null) {
      create();
    }
    ByteBuffer written = bytes.duplicate();
    try {
      int length = bytes.remaining();
      FileWrites.write(channel, bytes, size);
      size += length;
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(name + ": cannot be written: " + e.getMessage(), e);
    }
    if (pieces != null) {
      pieces.written(written);
    }
  }

  /** Passes over bytes that are kept, and returns whether there are no others. */
  private boolean passOver(ByteBuffer bytes) {
    int over = (int) Math.min(bytes.remaining(), Math.max(0, keptBytes - size));
    size += over;
    bytes.position(bytes.position() + over);
    return !bytes.hasRemaining();
  }

  @Override
  public long keptBytes() {
    return keptBytes;
  }

  @Override
  public void skip(long bytes) {
    requireOpen();
    if (bytes < 0 || bytes > keptBytes - size) {
      throw new IllegalArgumentException(
          "%s: %d bytes at byte %d, should end at byte %d or before"
              .formatted(name, bytes, size, keptBytes));
    }
    size += bytes;
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("bug: %s has ended".formatted(name));
    }
  }

  @Override
  public StoredArchive commit() throws IOException {
    requireOpen();
    if (size < keptBytes) {
      throw new IOException(
          "%s: ends at byte %d, should not end before byte %d, up to which it is stored"
              .formatted(name, size, keptBytes));
    }
    if (channel == null) {
      create();
    }
    if (settings.sync()) {
      channel.force(true);
    }
    if (pieces != null) {
      pieces.finish();
      pieces.close();
    }
    channel.close();
    settings.check().run(pending.path());
    pending.publish();
    ended = true;
    return new StoredArchive(name, size);
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    if (pieces != null) {
      // What is being brought to the disk is told of when that is done.
      pieces.close();
    }
    if (channel != null) {
      channel.close();
    }
    if (!(keeps && told)) {
      pending.close();
    }
  }
}

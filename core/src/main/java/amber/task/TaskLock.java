package amber.task;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Says that somebody is at work on a task, for as long as the process lives. It is on a file of its
 * own: a process loses a POSIX lock when it closes any descriptor of the file, and a journal is
 * read while it is written.
 */
final class TaskLock implements Closeable {

  // What this process holds; another descriptor of those files must not be opened, nor closed.
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private TaskLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the lock, unless somebody has it. */
  static Optional<TaskLock> take(Path lockFile) throws IOException {
    Path file = lockFile.toAbsolutePath().normalize();
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          channel.close();
          return Optional.empty();
        }
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      HELD.add(file);
      return Optional.of(new TaskLock(file, channel));
    }
  }

  /** Whether somebody has the lock. */
  static boolean isTaken(Path lockFile) throws IOException {
    Path file = lockFile.toAbsolutePath().normalize();
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return true;
      }
      if (!Files.exists(file)) {
        return false;
      }
      // Shared, so that two who only look do not take each other for somebody at work.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel.tryLock(0, Long.MAX_VALUE, true) == null;
      }
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      channel.close();
      HELD.remove(file);
    }
  }
}

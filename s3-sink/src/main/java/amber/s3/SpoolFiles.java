package amber.s3;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The files of one archive's parts that do not fit in memory, and the threads that read them.
 * Closing removes all of them.
 */
final class SpoolFiles implements Closeable {

  private final Path directory;
  private final ExecutorService readers;
  private final Set<SpoolFile> open = ConcurrentHashMap.newKeySet();

  SpoolFiles(Path directory, int inFlight) {
    this.directory = directory;
    this.readers = Executors.newFixedThreadPool(inFlight, SpoolFiles::newThread);
  }

  /** A new file, without bytes. */
  SpoolFile newFile() throws IOException {
    SpoolFile file = SpoolFile.create(directory, readers, open::remove);
    open.add(file);
    return file;
  }

  @Override
  public void close() {
    readers.shutdownNow();
    open.forEach(SpoolFile::close);
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "amber-work-s3-spool");
    thread.setDaemon(true);
    return thread;
  }
}

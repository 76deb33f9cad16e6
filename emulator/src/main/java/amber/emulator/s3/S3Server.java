package amber.emulator.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The S3Mock of one partition. It starts at the first call that needs it, which takes seconds, and
 * keeps buckets, objects and unfinished uploads in a directory.
 */
final class S3Server implements AutoCloseable {

  private static final String SETTINGS = "com.adobe.testing.s3mock.";
  private static final String LOGGING_SYSTEM = "org.springframework.boot.logging.LoggingSystem";

  /** Kept, or the JDK would forget what was set. */
  private static final List<Logger> QUIET =
      Stream.of("org.springframework", "org.apache", "com.adobe").map(Logger::getLogger).toList();

  private final Path root;
  private final Path scratch;
  private S3MockApplication running;
  private boolean closed;

  /**
   * A server that is not started yet.
   *
   * @param root where it keeps what it is given
   * @param scratch where it keeps files while it runs, and which nothing else uses
   */
  S3Server(Path root, Path scratch) {
    this.root = root;
    this.scratch = scratch;
  }

  /** Where it listens. */
  @SuppressWarnings("deprecation") // S3Mock would rather run in a container; nothing replaces this
  URI endpoint() throws IOException {
    return URI.create("http://127.0.0.1:" + running().getHttpPort());
  }

  /** Has it accept objects that are encrypted with this key. */
  @SuppressWarnings("deprecation") // as above
  void acceptKey(String key) throws IOException {
    running().registerKMSKeyRef(key);
  }

  private synchronized S3MockApplication running() throws IOException {
    if (closed) {
      throw new IOException(root + ": S3 is stopped, should be running");
    }
    if (running == null) {
      Files.createDirectories(root);
      Files.createDirectories(scratch);
      hush();
      running = S3MockApplication.start(settings(), "--silent");
    }
    return running;
  }

  /** It is a part of the emulator: the process's log is neither its to set up nor to fill. */
  private static void hush() {
    if (System.getProperty(LOGGING_SYSTEM) == null) {
      System.setProperty(LOGGING_SYSTEM, "none");
    }
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(); // S3Mock adds to it.
    settings.put("server.address", "127.0.0.1");
    settings.put("server.port", "0");
    settings.put("http.port", "0");
    settings.put("server.tomcat.threads.max", "64");
    // Else Tomcat makes a directory of its own somewhere, and leaves it behind.
    settings.put("server.tomcat.basedir", scratch.toString());
    settings.put("spring.main.banner-mode", "off");
    settings.put("spring.main.log-startup-info", "false");
    // Whoever embeds the emulator ends it; two that stop one server get into each other's way.
    settings.put("spring.main.register-shutdown-hook", "false");
    settings.put(SETTINGS + "httpPort", "0");
    settings.put(SETTINGS + "store.root", root.toString());
    settings.put(SETTINGS + "store.region", "us-east-1");
    settings.put(SETTINGS + "store.retainFilesOnExit", "true");
    return settings;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (running != null) {
      running.stop();
      running = null;
      delete(scratch);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(directory)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}

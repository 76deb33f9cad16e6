package amber.emulator.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The S3Mock of one partition. It starts at the first call that needs it, which takes seconds, and
 * keeps buckets, objects and unfinished uploads in a directory.
 */
final class S3Server implements AutoCloseable {

  private static final String SETTINGS = "com.adobe.testing.s3mock.";

  private final Path root;
  private S3MockApplication running;
  private boolean closed;

  S3Server(Path root) {
    this.root = root;
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
      running = S3MockApplication.start(settings(), "--silent");
    }
    return running;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(); // S3Mock adds to it.
    settings.put("server.address", "127.0.0.1");
    settings.put("server.port", "0");
    settings.put("http.port", "0");
    settings.put("server.tomcat.threads.max", "64");
    settings.put("spring.main.banner-mode", "off");
    settings.put(SETTINGS + "httpPort", "0");
    settings.put(SETTINGS + "store.root", root.toString());
    settings.put(SETTINGS + "store.region", "us-east-1");
    settings.put(SETTINGS + "store.retainFilesOnExit", "true");
    return settings;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (running != null) {
      running.stop();
      running = null;
    }
  }
}

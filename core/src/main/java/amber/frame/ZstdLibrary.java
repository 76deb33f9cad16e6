package amber.frame;

import com.github.luben.zstd.util.Native;
import java.io.IOException;

/** The native code of zstd, which zstd-jni unpacks into a temporary directory when it is needed. */
public final class ZstdLibrary {

  private ZstdLibrary() {}

  /**
   * Loads the library, if it is not loaded yet. Flows call this first, so that a machine on which
   * it cannot be loaded is told of that, instead of ending in an error of the Java platform.
   *
   * @throws UnusableException if the library cannot be loaded: temporary directories from which
   *     nothing may run are a common reason
   */
  public static void require() throws UnusableException {
    try {
      Native.load();
    } catch (LinkageError e) {
      throw new UnusableException(e);
    }
  }

  /** The library cannot be loaded. */
  public static final class UnusableException extends IOException {

    private static final long serialVersionUID = 1L;

    UnusableException(LinkageError cause) {
      super(
          "zstd's native library cannot be loaded from %s: %s"
              .formatted(
                  directory(), String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
          cause);
    }

    private static String directory() {
      return System.getProperty("ZstdTempFolder", System.getProperty("java.io.tmpdir"));
    }
  }
}

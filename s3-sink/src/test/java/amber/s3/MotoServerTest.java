package amber.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Archives in moto, where the machine has it. */
class MotoServerTest extends OtherServerContract {

  private static final int START_SECONDS = 60;

  private static Process server;
  private static MockS3 s3;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(isInstalled("moto_server"), "moto_server is not installed");
    int port = freePort();
    server =
        new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assumeTrue(answers(port), "moto_server does not start on this machine");
    s3 = MockS3.at(URI.create("http://127.0.0.1:" + port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) throws InterruptedException {
    long started = System.nanoTime();
    while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(START_SECONDS)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        // Not yet; or never, if it has ended.
        if (server.waitFor(100, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    }
    return false;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
      server.waitFor(START_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  MockS3 server() {
    return s3;
  }
}

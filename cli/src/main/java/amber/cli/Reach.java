package amber.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * Finds out quickly whether anybody is there. Requests are tried again for minutes, because
 * networks fail for a moment in the middle of a run; at its beginning nobody should wait that long.
 */
final class Reach {

  private static final int LIMIT_MILLIS = 4000;
  private static final int MOST_ADDRESSES = 3;
  private static final List<String> PROXIES = List.of("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY");
  private static final String HINT =
      "check the network, the region, and --endpoint-url or AWS_ENDPOINT_URL if it is not AWS";

  private Reach() {}

  /**
   * Connects, and says nothing.
   *
   * @throws RefusedException if nobody answers there
   */
  static void require(URI endpoint, Console console) throws IOException {
    if (hasProxy(console)) {
      // Then only the proxy can say.
      return;
    }
    int usual = "http".equals(endpoint.getScheme()) ? 80 : 443;
    int port = endpoint.getPort() < 0 ? usual : endpoint.getPort();
    try {
      connect(endpoint.getHost(), port);
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw unreachable(endpoint, "nobody answers", e);
    } catch (UnknownHostException e) {
      throw unreachable(endpoint, "there is no such host", e);
    } catch (IOException e) {
      throw unreachable(endpoint, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT), e);
    }
  }

  private static boolean hasProxy(Console console) {
    return PROXIES.stream()
        .anyMatch(
            name ->
                console.variable(name) != null
                    || console.variable(name.toLowerCase(Locale.ROOT)) != null);
  }

  private static void connect(String host, int port) throws IOException {
    // Literal addresses of version 6 stand in brackets.
    InetAddress[] addresses = InetAddress.getAllByName(host.replaceAll("^\\[|\\]$", ""));
    IOException failure = null;
    for (int i = 0; i < Math.min(addresses.length, MOST_ADDRESSES); i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(addresses[i], port), LIMIT_MILLIS);
        return;
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new UnknownHostException(host) : failure;
  }

  private static RefusedException unreachable(URI endpoint, String why, IOException cause) {
    return new RefusedException(
        Outcome.FAILED, "%s: cannot be reached: %s".formatted(endpoint, why), HINT, cause);
  }
}

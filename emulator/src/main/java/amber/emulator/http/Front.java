package amber.emulator.http;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The one listener, on loopback only.
 *
 * <p>Jetty, not the JDK's server: that one sends {@code 100 Continue} before anybody has looked at
 * the request, so that no upload could be refused before its bytes are sent, and its small answers
 * took 45 ms each on a kept connection unless a property of the whole JVM is set (Jetty: 0.5 ms).
 */
public final class Front implements AutoCloseable {

  private static final int HEADER_BYTES = 64 << 10;
  private static final long IDLE_MILLIS = 120_000;
  private static final long STOP_MILLIS = 2_000;
  // How long connections without a request hold up the end.
  private static final long STOP_IDLE_MILLIS = 20;

  private final Server server;
  private final ServerConnector connector;

  private Front(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts listening.
   *
   * @param port the port, or 0 for any that is free
   * @param knownRegion which regions a signature may name
   */
  public static Front start(
      int port, List<Service> services, Predicate<String> knownRegion, Interference interference)
      throws IOException {
    Server server = new Server(Threads.forListener());
    ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
    server.addConnector(connector);
    server.setStopTimeout(STOP_MILLIS);
    server.setHandler(new FrontHandler(new Dispatch(services, knownRegion, interference)));
    Front front = new Front(server, connector);
    try {
      server.start();
    } catch (Exception e) {
      front.close();
      throw new IOException("127.0.0.1:" + port + ": cannot listen, should be a free port", e);
    }
    return front;
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    // Keys of objects may hold what a web server would refuse in a path: //, .., %2F.
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setRequestHeaderSize(HEADER_BYTES);
    configuration.setResponseHeaderSize(HEADER_BYTES);
    configuration.setSendServerVersion(false);
    return configuration;
  }

  /** The URL that all services answer at. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort());
  }

  /** Stops listening; requests under way get a few seconds. */
  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (TimeoutException e) {
      // A client kept its connection; it is closed all the same.
      System.getLogger(Front.class.getName()).log(System.Logger.Level.DEBUG, "cut at the end", e);
    } catch (Exception e) {
      throw new IOException("127.0.0.1:" + connector.getPort() + ": cannot stop listening", e);
    } finally {
      server.destroy();
    }
  }
}

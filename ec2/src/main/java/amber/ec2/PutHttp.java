package amber.ec2;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/**
 * The HTTP client that puts blocks. It takes two thirds of the processor that the other one, which
 * does everything else, takes for that (docs/decisions/0017), and trusts the same certificates.
 */
final class PutHttp implements AutoCloseable {

  /** Where systems keep what they trust, in PEM: Debian, Red Hat, SUSE, then Alpine and macOS. */
  private static final List<Path> BUNDLES =
      Stream.of(
              "/etc/ssl/certs/ca-certificates.crt",
              "/etc/pki/tls/certs/ca-bundle.crt",
              "/etc/ssl/ca-bundle.pem",
              "/etc/ssl/cert.pem")
          .map(Path::of)
          .toList();

  private static final Duration LAST_LIMIT = Duration.ofSeconds(5);

  private final SdkAsyncHttpClient client;
  private final EventLoopGroup loops;

  private PutHttp(SdkAsyncHttpClient client, EventLoopGroup loops) {
    this.client = client;
    this.loops = loops;
  }

  /**
   * Prepares to talk; nothing is sent yet.
   *
   * @param stillLimit after which a connection over which nothing comes or goes is given up
   */
  static PutHttp open(
      int maxConcurrency, Duration connectLimit, Duration waitLimit, Duration stillLimit) {
    // Our own: the client would wait two seconds at its end for those that it makes.
    EventLoopGroup loops = new NioEventLoopGroup(0, new DefaultThreadFactory("amber-puts", true));
    NettyNioAsyncHttpClient.Builder builder =
        NettyNioAsyncHttpClient.builder()
            .eventLoopGroup(SdkEventLoopGroup.create(loops, NioSocketChannel::new))
            .maxConcurrency(maxConcurrency)
            .maxPendingConnectionAcquires(Integer.MAX_VALUE)
            .connectionTimeout(connectLimit)
            .connectionAcquisitionTimeout(waitLimit)
            .tlsNegotiationTimeout(connectLimit)
            .readTimeout(stillLimit)
            .writeTimeout(stillLimit);
    bundle().map(PutHttp::trust).ifPresent(trust -> builder.tlsTrustManagersProvider(() -> trust));
    return new PutHttp(builder.build(), loops);
  }

  SdkAsyncHttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    // Nothing waits for it: its threads keep no process alive.
    var unused = loops.shutdownGracefully(0, LAST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the other client reads as well; Java's own certificates where there is none. */
  private static Optional<Path> bundle() {
    String chosen = System.getenv("SSL_CERT_FILE");
    if (chosen != null && !chosen.isEmpty()) {
      return Optional.of(Path.of(chosen));
    }
    return BUNDLES.stream().filter(Files::isReadable).findFirst();
  }

  private static TrustManager[] trust(Path bundle) {
    try (InputStream pem = Files.newInputStream(bundle)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry(Integer.toString(number++), each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      return factory.getTrustManagers();
    } catch (IOException e) {
      throw new UncheckedIOException(bundle + ": trusted certificates cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(
          bundle + ": trusted certificates cannot be read", new IOException(e));
    }
  }
}

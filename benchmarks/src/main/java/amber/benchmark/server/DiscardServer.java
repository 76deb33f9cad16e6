package amber.benchmark.server;

import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Serves one disk and forgets what it is sent, over TLS on loopback. Whoever starts it speaks to it
 * by stdin, a line each, is answered by a line of JSON, and ends it by closing stdin:
 *
 * <pre>
 * set latency-ms=50 quota=1000 keep=true check=true   counts from nothing, under these conditions
 * stats                                               what was counted since
 * </pre>
 */
public final class DiscardServer implements AutoCloseable {

  /** The snapshot of the disk. */
  public static final String DISK = "snap-0000000000000d15c";

  /** A snapshot of text, which costs its reader little beside the transfer. */
  public static final String TEXT = "snap-0000000000000ed17";

  private static final int THREADS = 2;
  private static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int READ_BYTES = 128 << 10;

  private final Bench bench;
  private final Certificate certificate;
  private final String tls;
  private final EventLoopGroup threads;
  private final Channel channel;

  private DiscardServer(
      Bench bench, Certificate certificate, String tls, EventLoopGroup threads, Channel channel) {
    this.bench = bench;
    this.certificate = certificate;
    this.tls = tls;
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Starts one.
   *
   * @param disk what {@link #DISK} holds
   * @param textBlocks how many blocks {@link #TEXT} has
   * @param directory for the certificate and what is kept
   */
  public static DiscardServer start(Path disk, int textBlocks, Path directory) throws IOException {
    Bench bench =
        new Bench(
            List.of(SourceSnapshot.ofDisk(DISK, disk), SourceSnapshot.ofText(TEXT, textBlocks)));
    Certificate certificate = Certificate.make(directory);
    // Where there is no native one, Java's own does; the description says which it is.
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    SslContext tls =
        SslContextBuilder.forServer(certificate.key(), certificate.certificate())
            .sslProvider(provider)
            .build();
    EbsService ebs = new EbsService(bench);
    Ec2Service ec2 = new Ec2Service(bench);
    S3Service s3 = new S3Service(directory);
    EventLoopGroup threads = new NioEventLoopGroup(THREADS);
    ServerBootstrap server =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(512 << 10, 1 << 20))
            .childOption(
                ChannelOption.RCVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1024, READ_BYTES, READ_BYTES))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    socket
                        .pipeline()
                        .addLast(tls.newHandler(socket.alloc()))
                        .addLast(codec())
                        .addLast(new Connection(bench, ebs, ec2, s3, System.err));
                  }
                });
    Channel channel =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return new DiscardServer(bench, certificate, provider.name(), threads, channel);
  }

  private static HttpServerCodec codec() {
    return new HttpServerCodec(
        new HttpDecoderConfig()
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(1 << 20)
            .setValidateHeaders(false));
  }

  /** Where it answers. */
  public String endpoint() {
    return "https://localhost:" + ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** What one needs to know of it. */
  public Map<String, Object> description() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("endpoint", endpoint());
    facts.put("certificate", certificate.pem().toString());
    facts.put("trustStore", certificate.trustStore().toString());
    facts.put("trustStorePassword", Certificate.PASSWORD);
    facts.put("tls", tls);
    facts.put("disk", DISK);
    facts.put("diskBlocks", bench.source(DISK).listed().length);
    facts.put("text", TEXT);
    facts.put("textBlocks", bench.source(TEXT).listed().length);
    return facts;
  }

  /** Obeys one line, and returns what to answer. */
  public Map<String, Object> obey(String line) {
    List<String> words = new ArrayList<>(List.of(line.trim().split("\\s+")));
    String verb = words.remove(0);
    return switch (verb) {
      case "stats" -> bench.round().tally().counts();
      case "set" -> {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String word : words) {
          String[] parts = word.split("=", 2);
          settings.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        bench.begin(Conditions.of(settings));
        yield Map.of("set", settings);
      }
      default ->
          throw new IllegalArgumentException(
              "line '%s', should begin with set or stats".formatted(line));
    };
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** {@code DISK TEXT-BLOCKS DIRECTORY}. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("arguments should be DISK TEXT-BLOCKS DIRECTORY");
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (DiscardServer server =
        start(Path.of(args[0]), Integer.parseInt(args[1]), Path.of(args[2]))) {
      out.println(JSON.std.asString(server.description()));
      String line = in.readLine();
      while (line != null) {
        out.println(JSON.std.asString(server.obey(line)));
        line = in.readLine();
      }
    }
  }
}

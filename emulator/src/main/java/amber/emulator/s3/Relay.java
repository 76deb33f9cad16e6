package amber.emulator.s3;

import amber.emulator.http.Header;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** Sends requests on to a server and its answers back, without holding a body in memory. */
final class Relay implements AutoCloseable {

  // S3 itself ends a request that is idle for less than this.
  private static final Duration LONGEST = Duration.ofMinutes(10);

  // Ours to set, or meant for the connection and not for the server behind.
  private static final Set<String> NOT_SENT =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");
  private static final Set<String> NOT_RETURNED =
      Set.of("connection", "content-length", "transfer-encoding", "vary", "keep-alive", "date");

  private final ExecutorService threads = Threads.asNeeded("emulator-s3");
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(threads)
          .build();

  /** A small answer, to look at. */
  record Small(int status, HttpHeaders headers, String text) {}

  /** Sends a request as it is, but for its headers. */
  Response send(URI server, Request request, List<Header> headers) throws IOException {
    return send(server, request, headers, body(request));
  }

  /** Sends a request with another body. */
  Response send(URI server, Request request, List<Header> headers, byte[] body) throws IOException {
    return send(server, request, headers, BodyPublishers.ofByteArray(body));
  }

  private Response send(URI server, Request request, List<Header> headers, BodyPublisher body)
      throws IOException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri(server, request)).method(request.method(), body);
    add(builder, headers);
    HttpResponse<InputStream> answer = exchange(builder, HttpResponse.BodyHandlers.ofInputStream());
    List<Header> returned = new ArrayList<>();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_RETURNED.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                values.forEach(value -> returned.add(new Header(name, value)));
              }
            });
    long length = answer.headers().firstValueAsLong("content-length").orElse(Response.UNKNOWN);
    return new Response(
        answer.statusCode(),
        returned,
        length,
        out -> {
          try (InputStream in = answer.body()) {
            in.transferTo(out);
          }
        });
  }

  /** Asks a server something of our own. */
  Small ask(URI server, String method, String pathAndQuery, List<Header> headers)
      throws IOException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server + clean(pathAndQuery)))
            .method(method, BodyPublishers.noBody());
    add(builder, headers);
    HttpResponse<String> answer =
        exchange(builder, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return new Small(answer.statusCode(), answer.headers(), answer.body());
  }

  private <T> HttpResponse<T> exchange(
      HttpRequest.Builder builder, HttpResponse.BodyHandler<T> handler) throws IOException {
    try {
      return client.send(builder.timeout(LONGEST).build(), handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("S3 was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static void add(HttpRequest.Builder builder, List<Header> headers) {
    for (Header header : headers) {
      if (!NOT_SENT.contains(header.name().toLowerCase(Locale.ROOT))) {
        builder.header(header.name(), header.value());
      }
    }
  }

  private static BodyPublisher body(Request request) {
    Optional<Long> length = request.header("Content-Length").map(Long::parseLong);
    boolean chunked = request.header("Transfer-Encoding").isPresent();
    if (length.orElse(0L) == 0 && !chunked) {
      return BodyPublishers.noBody();
    }
    BodyPublisher stream = BodyPublishers.ofInputStream(request::body);
    return length.isPresent() ? BodyPublishers.fromPublisher(stream, length.get()) : stream;
  }

  private static URI uri(URI server, Request request) {
    String query = request.target().rawQuery();
    return URI.create(
        server + clean(request.target().rawPath()) + (query.isEmpty() ? "" : "?" + clean(query)));
  }

  /** Encodes what a URI may not hold as it is; an encoded slash of a key is the slash itself. */
  private static String clean(String raw) {
    StringBuilder clean = new StringBuilder(raw.length());
    for (byte each : raw.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (each & 0xff);
      boolean fine = letter > ' ' && letter < 0x7f && "\"<>\\^`{|}[]".indexOf(letter) < 0;
      clean.append(fine ? String.valueOf(letter) : "%%%02X".formatted((int) letter));
    }
    int query = clean.indexOf("?");
    String path = query < 0 ? clean.toString() : clean.substring(0, query);
    return path.replace("%2F", "/").replace("%2f", "/") + (query < 0 ? "" : clean.substring(query));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

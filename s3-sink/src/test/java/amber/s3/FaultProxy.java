package amber.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * A server of HTTP between a client and S3 that does harm to chosen calls of one operation. It lets
 * one commit pass at a time, as S3 does.
 */
final class FaultProxy implements AutoCloseable {

  /** The operations of S3 that Amber uses. */
  enum Operation {
    HEAD_BUCKET,
    HEAD,
    GET,
    PUT,
    CREATE,
    PART,
    COMPLETE,
    ABORT,
    LIST_PARTS,
    LIST_UPLOADS,
    RESTORE
  }

  /** What happens to a call. */
  enum Harm {
    ERROR_500(500, "InternalError", false),
    SLOW_DOWN(503, "SlowDown", false),
    DENIED(403, "AccessDenied", false),
    CUT(0, "", false),
    ERROR_500_AFTER_EFFECT(500, "InternalError", true),
    CUT_AFTER_EFFECT(0, "", true),
    /** Half of the answer, and then the end of the connection. */
    TRUNCATED(0, "", true),
    /** A bit of what was read is not as it was. */
    FLIPPED(0, "", true),
    /** A bit of what is to be stored is not as it was. */
    FLIPPED_ON_THE_WAY(0, "", false),
    SILENCE_AFTER_EFFECT(-1, "", true);

    private final int status;
    private final String code;
    private final boolean effect;

    Harm(int status, String code, boolean effect) {
      this.status = status;
      this.code = code;
      this.effect = effect;
    }

    boolean hasEffect() {
      return effect;
    }
  }

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private final URI target;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Operation, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final AtomicInteger allCalls = new AtomicInteger();
  private volatile Operation operation;
  private volatile Harm harm;
  private volatile IntPredicate harmed = number -> false;
  private final Map<Operation, Map<String, String>> more = new ConcurrentHashMap<>();
  private final List<RecordedCall> recorded = new CopyOnWriteArrayList<>();
  private volatile int restoreStatus;
  private volatile boolean dead;
  private volatile int partsPerPage;
  private volatile String heldQuery;
  private volatile String committedChecksum;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Object commits = new Object();

  FaultProxy(URI target) throws IOException {
    this.target = target;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on, does this harm to those calls of the operation; the first is number 1. */
  void harm(Operation operation, Harm harm, IntPredicate numbers) {
    calls.clear();
    allCalls.set(0);
    this.operation = operation;
    this.harm = harm;
    this.harmed = numbers;
  }

  /** From now on, does this harm to that call, of whatever operation; the first is number 1. */
  void harmCall(Harm harm, int number) {
    harm(null, harm, n -> n == number);
  }

  /** How many calls there were since the last harm was asked for. */
  int allCalls() {
    return allCalls.get();
  }

  /** From now on, cuts every call of every operation. */
  void harmForGood() {
    dead = true;
  }

  /** All calls so far. */
  List<RecordedCall> recorded() {
    return recorded;
  }

  /** Adds these headers to what is told about an object. */
  void addToHead(Map<String, String> headers) {
    addTo(Operation.HEAD, headers);
  }

  /** Adds these headers to the answers of an operation, in place of those of the same name. */
  void addTo(Operation answered, Map<String, String> headers) {
    more.put(answered, headers);
  }

  /** Answers requests to restore by itself. */
  void answerRestore(int status) {
    restoreStatus = status;
  }

  /** From now on, lists of parts have at most so many. */
  void listParts(int perPage) {
    partsPerPage = perPage;
  }

  /** From now on, calls wait whose query has this parameter. */
  void hold(String parameter) {
    heldQuery = parameter;
  }

  /** Lets go on what is held. */
  void letGo() {
    synchronized (underWay) {
      heldQuery = null;
      underWay.notifyAll();
    }
  }

  /** The CRC-32C that the last upload was to have as a whole, or null. */
  String committedChecksum() {
    return committedChecksum;
  }

  /** Waits until no call is under way. */
  void awaitQuiet() {
    synchronized (underWay) {
      long began = System.nanoTime();
      try {
        while (underWay.get() > 0 && System.nanoTime() - began < LIMIT.toNanos()) {
          underWay.wait(LIMIT.toMillis());
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void awaitLetGo(HttpExchange exchange) throws InterruptedException {
    String query = "&" + exchange.getRequestURI().getRawQuery() + "&";
    synchronized (underWay) {
      while (heldQuery != null && query.contains("&" + heldQuery + "&")) {
        underWay.wait(LIMIT.toMillis());
      }
    }
  }

  int calls(Operation counted) {
    return calls.getOrDefault(counted, new AtomicInteger()).get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    underWay.incrementAndGet();
    try {
      serve(exchange);
    } finally {
      synchronized (underWay) {
        underWay.decrementAndGet();
        underWay.notifyAll();
      }
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      awaitLetGo(exchange);
      Operation called = operation(exchange);
      int number = calls.computeIfAbsent(called, o -> new AtomicInteger()).incrementAndGet();
      int numberOfAll = allCalls.incrementAndGet();
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, all) -> headers.put(name.toLowerCase(Locale.ROOT), all.get(0)));
      recorded.add(new RecordedCall(called, headers));
      if (dead) {
        return;
      }
      if (called == Operation.RESTORE) {
        answer(exchange, restoreStatus, "RestoreAlreadyInProgress");
        return;
      }
      boolean doHarm =
          operation == null ? harmed.test(numberOfAll) : called == operation && harmed.test(number);
      if (doHarm) {
        harm(exchange, called, body);
      } else {
        pass(exchange, called, forward(exchange, called, body));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void harm(HttpExchange exchange, Operation called, byte[] body)
      throws IOException, InterruptedException {
    boolean data = called == Operation.PART || called == Operation.PUT;
    if (harm == Harm.FLIPPED_ON_THE_WAY) {
      HttpResponse<byte[]> refusal = forward(exchange, called, data ? flipped(body) : body);
      if (data && refusal.statusCode() == 400) {
        // S3Mock has another name for it.
        answer(exchange, 400, "BadDigest");
      } else {
        pass(exchange, called, refusal);
      }
      return;
    }
    HttpResponse<byte[]> answer = harm.effect ? forward(exchange, called, body) : null;
    if (harm == Harm.FLIPPED) {
      // What is not data has a checksum of the connection that nobody flips a bit of.
      boolean flip = called == Operation.GET && answer.body().length > 0;
      pass(exchange, called, answer, flip ? flipped(answer.body()) : answer.body());
    } else if (harm == Harm.TRUNCATED) {
      passHalf(exchange, called, answer);
    } else if (harm.status < 0) {
      TimeUnit.SECONDS.sleep(5);
    } else if (harm.status > 0) {
      answer(exchange, harm.status, harm.code);
    }
    // Else the connection is closed without an answer.
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    copy[copy.length / 3] ^= 4;
    return copy;
  }

  private static void passHalf(HttpExchange exchange, Operation called, HttpResponse<byte[]> answer)
      throws IOException {
    if (answer.body().length == 0) {
      return;
    }
    copyHeaders(exchange, called, answer);
    exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
    exchange.getResponseBody().write(answer.body(), 0, answer.body().length / 2);
    exchange.getResponseBody().flush();
    // Closing less than was promised closes the connection.
  }

  private static Operation operation(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    String asked = query == null ? "" : query;
    boolean upload = asked.contains("uploadId=");
    boolean bucket = exchange.getRequestURI().getPath().replaceAll("/$", "").lastIndexOf('/') == 0;
    return switch (exchange.getRequestMethod()) {
      case "HEAD" -> bucket ? Operation.HEAD_BUCKET : Operation.HEAD;
      case "DELETE" -> Operation.ABORT;
      case "PUT" -> upload ? Operation.PART : Operation.PUT;
      case "POST" ->
          asked.contains("restore")
              ? Operation.RESTORE
              : upload ? Operation.COMPLETE : Operation.CREATE;
      default ->
          upload
              ? Operation.LIST_PARTS
              : asked.contains("uploads") ? Operation.LIST_UPLOADS : Operation.GET;
    };
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, Operation called, byte[] body)
      throws IOException, InterruptedException {
    if (called != Operation.PUT && called != Operation.COMPLETE) {
      return forward(exchange, body);
    }
    synchronized (commits) {
      committedChecksum = exchange.getRequestHeaders().getFirst("x-amz-checksum-crc32c");
      return forward(exchange, body);
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    boolean paged = partsPerPage > 0 && operation(exchange) == Operation.LIST_PARTS;
    String asked = exchange.getRequestURI() + (paged ? "&max-parts=" + partsPerPage : "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(asked))
            .timeout(LIMIT)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void pass(HttpExchange exchange, Operation called, HttpResponse<byte[]> answer)
      throws IOException {
    pass(exchange, called, answer, answer.body());
  }

  private void pass(
      HttpExchange exchange, Operation called, HttpResponse<byte[]> answer, byte[] body)
      throws IOException {
    copyHeaders(exchange, called, answer);
    more.getOrDefault(called, Map.of()).forEach(exchange.getResponseHeaders()::set);
    send(exchange, answer.statusCode(), body);
  }

  private static void copyHeaders(
      HttpExchange exchange, Operation called, HttpResponse<byte[]> answer) {
    for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
      String name = header.getKey();
      boolean length = name.equalsIgnoreCase("content-length") && called != Operation.HEAD;
      if (!length && !name.equalsIgnoreCase("transfer-encoding")) {
        exchange.getResponseHeaders().put(name, header.getValue());
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String code) throws IOException {
    String body =
        status < 300
            ? ""
            : "<Error><Code>%s</Code><Message>on purpose</Message></Error>".formatted(code);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

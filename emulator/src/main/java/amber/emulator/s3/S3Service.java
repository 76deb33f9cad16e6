package amber.emulator.s3;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Header;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.Partition;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** S3 over a world: one name space of buckets for each partition. */
public final class S3Service implements Service, AutoCloseable {

  private static final String CHECKSUM = "x-amz-checksum-";
  private static final int LOCKS = 64;
  private static final String SCRATCH = "scratch";
  private static final Set<String> READS = Set.of("GetObject", "HeadObject");

  private final World world;
  private final Relay relay = new Relay();
  private final Uploads uploads = new Uploads(relay);
  private final AbortedUploads aborted = new AbortedUploads(relay);
  private final Frozen frozen;
  private final List<Object> locks = Stream.generate(Object::new).limit(LOCKS).toList();
  private final Map<Partition, S3Server> servers = new EnumMap<>(Partition.class);
  private final Map<Partition, Buckets> buckets = new EnumMap<>(Partition.class);

  /** The service, with these rules. */
  public S3Service(World world, S3Rules rules) {
    this.world = world;
    this.frozen = new Frozen(rules);
    for (Partition partition : Partition.values()) {
      servers.put(partition, server(world.directory(), partition.id()));
      buckets.put(partition, new Buckets(relay));
    }
  }

  private static S3Server server(Path directory, String partition) {
    return new S3Server(
        directory.resolve("s3").resolve(partition), directory.resolve(SCRATCH).resolve(partition));
  }

  /** Starts the server of a partition, which otherwise the first request has to wait for. */
  public void start(Partition partition) throws IOException {
    servers.get(partition).endpoint();
  }

  @Override
  public String name() {
    return "s3";
  }

  @Override
  public String operation(Request request) {
    return S3Operation.of(request);
  }

  @Override
  public Response handle(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    URI server = servers.get(region.partition()).endpoint();
    S3Target target = S3Target.of(request);
    String operation = operation(request);
    Response response = refusal(region, server, target, operation, request);
    if (response == null) {
      response = answer(region, server, target, operation, request);
    }
    response = KmsKeys.named(region, readable(response, request));
    return response.header("x-amz-request-id").isPresent()
        ? response
        : response.with("x-amz-request-id", request.id());
  }

  /** The answer for who must not ask, or not here; null for who may. */
  private Response refusal(
      Region region, URI server, S3Target target, String operation, Request request)
      throws IOException {
    Optional<String> owner = request.header("x-amz-expected-bucket-owner");
    if (owner.isPresent() && !owner.get().equals(region.accountId())) {
      throw new FailureException(failure(Trouble.DENIED));
    }
    if (target.isService() || Set.of("CreateBucket", "GetBucketLocation").contains(operation)) {
      return null;
    }
    Optional<String> home = buckets.get(region.partition()).region(server, target.bucket());
    return home.isPresent() && !home.get().equals(region.name())
        ? Buckets.elsewhere(target.bucket(), home.get(), request.id())
        : null;
  }

  private Response answer(
      Region region, URI server, S3Target target, String operation, Request request)
      throws IOException {
    Limits.check(request);
    Uploads.checkId(request);
    aborted.check(request);
    KmsKeys.accept(region, servers.get(region.partition()), request);
    return switch (operation) {
      case "CreateBucket" -> buckets.get(region.partition()).create(server, request);
      case "UploadPart", "UploadPartCopy" -> uploads.uploadPart(server, request);
      case "CompleteMultipartUpload" -> {
        synchronized (lock(target)) {
          yield uploads.complete(server, request);
        }
      }
      case "AbortMultipartUpload" -> {
        synchronized (lock(target)) {
          yield aborted.abort(server, request);
        }
      }
      case "ListMultipartUploads" ->
          aborted.listed(relayed(region, server, target, operation, request));
      case "RestoreObject" -> frozen.restore(region, target, head(server, request), request);
      case "GetObjectTagging" ->
          Texts.rewritten(relay.send(server, request, request.headers()), Texts::decodedTags);
      default -> relayed(region, server, target, operation, request);
    };
  }

  /** S3 looks whether a key is taken and takes it at one moment; the server behind does not. */
  private Object lock(S3Target target) {
    return locks.get(Math.floorMod(target.hashCode(), LOCKS));
  }

  private Response relayed(
      Region region, URI server, S3Target target, String operation, Request request)
      throws IOException {
    if (operation.equals("DeleteBucket")) {
      buckets.get(region.partition()).forget(target.bucket());
    }
    Response response = relay.send(server, request, Forwarded.headers(request));
    if (READS.contains(operation)) {
      return withChecksumType(
          frozen.checked(region, target, response, operation.equals("HeadObject")), request);
    }
    // Clients in C cannot read an answer that ends with the connection, as those do that come
    // before the client was asked for its body.
    return request.method().equals("HEAD") || response.length() != Response.UNKNOWN
        ? response
        : Texts.rewritten(response, UnaryOperator.identity());
  }

  private Response head(URI server, Request request) throws IOException {
    Relay.Small head = relay.ask(server, "HEAD", request.target().rawPath(), List.of());
    List<Header> headers = new ArrayList<>();
    head.headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> headers.add(new Header(name, value))));
    return new Response(head.status(), headers, 0, out -> {});
  }

  /** Checksums go to those who asked for them only, and with their type. */
  private static Response withChecksumType(Response response, Request request) {
    boolean asked =
        request.header("x-amz-checksum-mode").filter(mode -> mode.equals("ENABLED")).isPresent();
    List<Header> headers = new ArrayList<>();
    for (Header header : response.headers()) {
      boolean checksum = header.name().toLowerCase(Locale.ROOT).startsWith(CHECKSUM);
      if (!checksum || asked) {
        headers.add(header);
      }
      if (checksum && asked) {
        boolean composite = header.value().matches(".*-\\d+");
        headers.add(new Header(CHECKSUM + "type", composite ? "COMPOSITE" : "FULL_OBJECT"));
      }
    }
    return new Response(response.status(), headers, response.length(), response.body());
  }

  /** Errors that S3Mock does not word as S3 does. */
  private static Response readable(Response response, Request request) throws IOException {
    if (response.status() < 400 || request.method().equals("HEAD")) {
      return response;
    }
    boolean xml = response.header("content-type").orElse("").contains("xml");
    if (xml) {
      return Texts.rewritten(response, Texts::badDigest);
    }
    String text = Texts.text(response);
    boolean server = response.status() >= 500 && response.status() != 501;
    String code = response.status() == 400 ? "InvalidRequest" : "NotImplemented";
    return S3Failures.word(
        server ? S3Failures.of(Trouble.INTERNAL) : Failure.of(response.status(), code, text),
        request.id());
  }

  @Override
  public Failure failure(Trouble trouble) {
    return S3Failures.of(trouble);
  }

  @Override
  public Response word(Failure failure, String requestId) {
    return S3Failures.word(failure, requestId);
  }

  @Override
  public void close() throws IOException {
    relay.close();
    IOException failure = null;
    for (S3Server server : servers.values()) {
      try {
        server.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    Files.deleteIfExists(world.directory().resolve(SCRATCH));
  }
}

package amber.emulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.EofException;

/** Finds the service that a request is meant for, and has it answer. */
final class Dispatch {

  private final Map<String, Service> services;
  private final Predicate<String> knownRegion;
  private final Interference interference;

  Dispatch(List<Service> services, Predicate<String> knownRegion, Interference interference) {
    this.services = services.stream().collect(Collectors.toMap(Service::name, Function.identity()));
    this.knownRegion = knownRegion;
    this.interference = interference;
  }

  Response answer(String method, Target target, List<Header> headers, InputStream body)
      throws IOException {
    String id = UUID.randomUUID().toString();
    Optional<Scope> scope = scope(target, headers);
    Optional<Service> named = scope.flatMap(s -> Optional.ofNullable(services.get(s.service())));
    if (named.isEmpty()) {
      return guess(target, headers)
          .map(service -> refuse(service, Trouble.UNSIGNED, id))
          .orElseGet(() -> Response.of(403));
    }
    Service service = named.get();
    if (!knownRegion.test(scope.get().region())) {
      return refuse(service, Trouble.UNKNOWN_REGION, id);
    }
    Request request = new Request(id, method, target, headers, scope.get(), body);
    try {
      String operation = service.operation(request);
      return interference.around(service, operation, request, () -> service.handle(request));
    } catch (FailureException e) {
      return service.word(e.failure(), id);
    } catch (CutException | EofException e) { // An answer is not wanted, or nobody is there.
      throw e;
    } catch (IOException | RuntimeException e) {
      if (isGone(e)) {
        throw e;
      }
      System.getLogger(Dispatch.class.getName())
          .log(System.Logger.Level.WARNING, method + " " + target.rawPath(), e);
      return refuse(service, Trouble.INTERNAL, id);
    }
  }

  /** Whether it is the client that ended the connection, in the middle of its request. */
  private static boolean isGone(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof EofException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  private static Optional<Scope> scope(Target target, List<Header> headers) {
    Optional<String> authorization =
        headers.stream()
            .filter(header -> header.name().equalsIgnoreCase("Authorization"))
            .map(Header::value)
            .findFirst();
    return authorization.isPresent()
        ? authorization.flatMap(Scope::ofAuthorization)
        : target.parameter("X-Amz-Credential").flatMap(Scope::ofCredential);
  }

  /** The service whose error an unsigned request would understand. */
  private Optional<Service> guess(Target target, List<Header> headers) {
    boolean form =
        headers.stream()
            .anyMatch(
                header ->
                    header.name().equalsIgnoreCase("Content-Type")
                        && header.value().startsWith("application/x-www-form-urlencoded"));
    String name = "s3";
    if (target.rawPath().startsWith("/snapshots")) {
      name = "ebs";
    } else if (form || target.parameter("Action").isPresent()) {
      name = "ec2";
    } else if (headers.stream().anyMatch(h -> h.name().equalsIgnoreCase("X-Amz-Target"))) {
      name = "kms";
    }
    return Optional.ofNullable(services.get(name));
  }

  private static Response refuse(Service service, Trouble trouble, String id) {
    return service.word(service.failure(trouble), id);
  }
}

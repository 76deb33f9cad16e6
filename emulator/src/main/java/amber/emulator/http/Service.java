package amber.emulator.http;

import java.io.IOException;

/**
 * One service behind the endpoint. Called by many threads at once.
 *
 * <p>A service may answer an error by returning it or by throwing a {@link FailureException}, which
 * the caller words with {@link #word}. Any other exception becomes {@link Trouble#INTERNAL}, except
 * {@link CutException}, which closes the connection.
 */
public interface Service {

  /** The signing name by which requests find the service, such as {@code ebs}. */
  String name();

  /**
   * The operation that a request asks for, such as {@code GetSnapshotBlock}: fault scripts name it.
   * Must not read the body, except by {@link Request#form}.
   */
  String operation(Request request) throws IOException;

  /** Does what the request asks for. */
  Response handle(Request request) throws IOException;

  /** This service's name and status for a trouble that any service has. */
  Failure failure(Trouble trouble);

  /** The answer that carries a failure in this service's format. */
  Response word(Failure failure, String requestId);
}

package amber.emulator.http;

import java.io.IOException;

/** What stands between the listener and the services, and may make them misbehave. */
@FunctionalInterface
public interface Interference {

  /** Lets every request through. */
  Interference NONE = (service, operation, request, call) -> call.run();

  /** Answers a request, as a rule by running the call. */
  Response around(Service service, String operation, Request request, Call call) throws IOException;

  /** What the service does when nothing interferes. */
  @FunctionalInterface
  interface Call {

    /** Runs it; at most once. */
    Response run() throws IOException;
  }
}

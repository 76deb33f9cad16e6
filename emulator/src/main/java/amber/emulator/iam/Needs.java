package amber.emulator.iam;

import amber.emulator.http.Request;
import amber.emulator.http.Response;
import java.io.IOException;
import java.util.List;

/** What the requests to one service need. */
interface Needs {

  /** The service's name. */
  String service();

  /** What a request needs to be looked at. */
  List<Need> before(String operation, Request request) throws IOException;

  /** What it needs to be told the answer, which depends on that. */
  default List<Need> after(String operation, Request request, Response response)
      throws IOException {
    return List.of();
  }
}

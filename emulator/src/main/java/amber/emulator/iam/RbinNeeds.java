package amber.emulator.iam;

import amber.emulator.http.Request;
import java.util.List;

/** The Recycle Bin: an action is called like its operation. */
final class RbinNeeds implements Needs {

  @Override
  public String service() {
    return "rbin";
  }

  @Override
  public List<Need> before(String operation, Request request) {
    return List.of(Need.of("rbin:" + operation, Need.ANY));
  }
}

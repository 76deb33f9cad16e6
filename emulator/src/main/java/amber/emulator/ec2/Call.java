package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.state.Region;
import java.time.Instant;

/**
 * One request on its way: who asks for what, and the answer so far.
 *
 * @param turn a number that grows from request to request
 * @param request how it came
 */
record Call(
    Region region,
    Ec2Rules rules,
    Parameters parameters,
    Xml xml,
    Paging.Seal seal,
    int turn,
    Request request) {

  /**
   * To be called when all parameters are read and before anything is looked at: refuses parameters
   * that the operation does not have, and ends a dry run.
   */
  void ready() throws FailureException {
    boolean dry = parameters.flag("DryRun");
    parameters.done();
    if (dry) {
      throw Ec2Failures.dryRun();
    }
  }

  /** The account that asks. */
  String caller() {
    return region.accountId();
  }

  /** Whether the call sees what was made at this time. */
  boolean sees(Instant made) {
    return request.sees(made);
  }

  Instant now() {
    return region.clock().instant();
  }

  /** Answers that it is done. */
  void yes() {
    xml.text("return", true);
  }
}

package amber.emulator.iam;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Interference;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Notes which IAM actions the requests of a run need, and refuses what a policy does not allow if
 * it was given one. Without a policy everything is allowed.
 */
public final class Access implements Interference {

  private final List<Needs> services;
  private final SortedSet<String> used = new TreeSet<>();
  private Optional<Policy> policy = Optional.empty();

  /** Over a world whose snapshots have tags and keys. */
  public Access(World world) {
    services =
        List.of(new EbsNeeds(world), new Ec2Needs(world), new S3Needs(world), new KmsNeeds(world));
  }

  /** Allows from now on what this policy allows; all if it is empty. */
  public synchronized void allowOnly(Optional<Policy> newPolicy) {
    policy = newPolicy;
  }

  /** The actions that were needed since the beginning or since {@link #forget}. */
  public synchronized SortedSet<String> used() {
    return new TreeSet<>(used);
  }

  /** Forgets what was needed so far. */
  public synchronized void forget() {
    used.clear();
  }

  @Override
  public Response around(Service service, String operation, Request request, Call call)
      throws IOException {
    Optional<Needs> needs =
        services.stream().filter(each -> each.service().equals(service.name())).findFirst();
    if (needs.isEmpty()) {
      // GetCallerIdentity needs no permission.
      return call.run();
    }
    require(service, needs.get().before(operation, request));
    Response response = call.run();
    require(service, needs.get().after(operation, request, response));
    return response;
  }

  private void require(Service service, List<Need> needs) throws FailureException {
    for (Need need : needs) {
      if (!isAllowed(need)) {
        Failure denied = service.failure(Trouble.DENIED);
        throw new FailureException(
            new Failure(
                denied.status(),
                denied.code(),
                denied.reason(),
                "User is not authorized to perform: %s on resource: %s because no identity-based"
                        .formatted(need.action(), need.resource())
                    + " policy allows the %s action".formatted(need.action())));
      }
    }
  }

  private synchronized boolean isAllowed(Need need) {
    used.add(need.action());
    return policy.isEmpty() || policy.get().allows(need);
  }
}

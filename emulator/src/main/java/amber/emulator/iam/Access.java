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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Notes which IAM actions the requests of an identity need, and refuses what its policy does not
 * allow. Identities are told apart by their access keys. Those that nobody asked for, and those
 * without a policy, may do everything.
 */
public final class Access implements Interference {

  private final List<Needs> services;
  private final Map<String, Identity> identities = new HashMap<>();

  /** Over a world whose snapshots have tags and keys. */
  public Access(World world) {
    services =
        List.of(
            new EbsNeeds(world),
            new Ec2Needs(world),
            new S3Needs(world),
            new KmsNeeds(world),
            new RbinNeeds());
  }

  /** Who signs with an access key; from now on what they do is noted. */
  public synchronized Identity of(String accessKey) {
    return identities.computeIfAbsent(accessKey, key -> new Identity());
  }

  private synchronized Optional<Identity> known(String accessKey) {
    return Optional.ofNullable(identities.get(accessKey));
  }

  /** What somebody does and may do. */
  public static final class Identity {
    private final SortedSet<String> used = new TreeSet<>();
    private Optional<Policy> policy = Optional.empty();

    private Identity() {}

    /** Allows from now on what this policy allows; all if it is empty. */
    public synchronized void allowOnly(Optional<Policy> newPolicy) {
      policy = newPolicy;
    }

    /** The actions that were needed so far, or since {@link #forget}. */
    public synchronized SortedSet<String> used() {
      return new TreeSet<>(used);
    }

    /** Forgets what was needed so far. */
    public synchronized void forget() {
      used.clear();
    }

    private synchronized boolean isAllowed(Need need) {
      used.add(need.action());
      return policy.isEmpty() || policy.get().allows(need);
    }
  }

  @Override
  public Response around(Service service, String operation, Request request, Call call)
      throws IOException {
    Optional<Needs> needs =
        services.stream().filter(each -> each.service().equals(service.name())).findFirst();
    Optional<Identity> identity = known(request.scope().accessKey());
    if (needs.isEmpty() || identity.isEmpty()) {
      // GetCallerIdentity needs no permission.
      return call.run();
    }
    require(service, identity.get(), needs.get().before(operation, request));
    Response response = call.run();
    require(service, identity.get(), needs.get().after(operation, request, response));
    return response;
  }

  private static void require(Service service, Identity identity, List<Need> needs)
      throws FailureException {
    for (Need need : needs) {
      if (!identity.isAllowed(need)) {
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
}

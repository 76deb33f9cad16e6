package amber.emulator.iam;

import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ARNs as policies name them. */
final class Resources {

  private Resources() {}

  /** Snapshots have an ARN without account. */
  static String snapshotArn(Region region, String id) {
    return "arn:%s:ec2:%s::snapshot/%s".formatted(region.partition().id(), region.name(), id);
  }

  static String imageArn(Region region, String id) {
    return "arn:%s:ec2:%s::image/%s".formatted(region.partition().id(), region.name(), id);
  }

  /** An action on a snapshot, with the tags that it has. */
  static Need snapshot(Region region, String action, String id) throws IOException {
    Map<String, Set<String>> context = new HashMap<>();
    Optional<Snapshot> snapshot = region.snapshots().find(id);
    if (snapshot.isPresent()) {
      snapshot
          .get()
          .tags()
          .forEach((key, value) -> context.put("aws:ResourceTag/" + key, Set.of(value)));
    }
    return new Need(action, snapshotArn(region, id), context);
  }
}

package amber.ec2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.IntFunction;

/** What differs between snapshots as they were asked for and as EC2 shows them. */
public final class SnapshotComparison {

  private SnapshotComparison() {}

  /**
   * Reads back what became of snapshots.
   *
   * @param snapshotIds of new snapshots that can be used, by the volumes' numbers
   * @param requests what each was to be
   * @return the differences, in words
   */
  public static List<String> differences(
      Ec2Connection aws,
      SortedMap<Integer, String> snapshotIds,
      IntFunction<SnapshotRequest> requests)
      throws IOException {
    List<String> differences = new ArrayList<>();
    for (Map.Entry<Integer, String> each : snapshotIds.entrySet()) {
      SnapshotDescription found = SnapshotDescription.of(aws, each.getValue());
      compare(each.getKey(), requests.apply(each.getKey()), found, differences);
    }
    return differences;
  }

  /** Without those that AWS sets, and that only an unfinished snapshot has. */
  private static Map<String, String> lasting(Map<String, String> tags) {
    Map<String, String> lasting = Tags.settable(tags);
    lasting.remove(TaskTag.NAME);
    return lasting;
  }

  static void compare(
      int volume, SnapshotRequest wanted, SnapshotDescription found, List<String> differences) {
    String where = "%s of volume %d: ".formatted(found.id(), volume);
    if (!wanted.description().equals(found.description())) {
      differences.add(
          "%sdescription is %s, was %s"
              .formatted(
                  where,
                  found.description().orElse("absent"),
                  wanted.description().orElse("absent")));
    }
    if (!lasting(wanted.tags()).equals(lasting(found.tags()))) {
      differences.add(where + "tags are not those that were asked for");
    }
    // Asked for nothing, the account decides.
    if (wanted.encrypted() && !found.encrypted()) {
      differences.add(where + "is not encrypted, should be");
    }
    if (wanted.kmsKeyArn().isPresent() && !wanted.kmsKeyArn().equals(found.kmsKeyId())) {
      differences.add(
          "%skey is %s, should be %s"
              .formatted(where, found.kmsKeyId().orElse("none"), wanted.kmsKeyArn().get()));
    }
  }
}

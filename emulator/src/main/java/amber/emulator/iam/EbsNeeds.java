package amber.emulator.iam;

import amber.emulator.http.Request;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.World;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * EBS direct: one action for each operation, on a snapshot without account. Tags at the start need
 * {@code ec2:CreateTags}; KMS keys need what the EC2 User Guide, "Control access to EBS direct
 * APIs", lists, and no emulator can tell whether it needs all of that.
 */
final class EbsNeeds implements Needs {

  private static final int MOST_BODY_BYTES = 1 << 20;

  private static final List<String> KEY_TO_WRITE =
      List.of(
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo");

  private final World world;

  EbsNeeds(World world) {
    this.world = world;
  }

  @Override
  public String service() {
    return "ebs";
  }

  @Override
  public List<Need> before(String operation, Request request) throws IOException {
    Region region = world.region(request.scope().region());
    if (operation.equals("StartSnapshot")) {
      return start(region, request);
    }
    List<String> path = request.target().segments();
    String id = operation.equals("CompleteSnapshot") ? path.get(2) : path.get(1);
    List<Need> needs = new ArrayList<>();
    needs.add(Resources.snapshot(region, "ebs:" + operation, id));
    if (operation.equals("GetSnapshotBlock")) {
      Optional<String> key = region.snapshots().find(id).flatMap(Snapshot::kmsKeyArn);
      key.ifPresent(arn -> needs.add(Need.of("kms:Decrypt", arn)));
    }
    return needs;
  }

  private static List<Need> start(Region region, Request request) throws IOException {
    byte[] bytes = request.body().readNBytes(MOST_BODY_BYTES);
    request.filterBody(read -> new ByteArrayInputStream(bytes));
    Map<String, Object> body = JSON.std.mapFrom(bytes);
    String anySnapshot = Resources.snapshotArn(region, "*");
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of("ebs:StartSnapshot", anySnapshot));
    if (body.get("Tags") instanceof List<?> tags && !tags.isEmpty()) {
      needs.add(Need.of("ec2:CreateTags", anySnapshot));
    }
    if (body.get("KmsKeyArn") instanceof String key) {
      for (String action : KEY_TO_WRITE) {
        needs.add(new Need(action, key, Map.of("kms:GrantIsForAWSResource", Set.of("true"))));
      }
    }
    return needs;
  }
}

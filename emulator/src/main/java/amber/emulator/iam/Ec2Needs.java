package amber.emulator.iam;

import amber.emulator.http.Request;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** EC2: an action is called like its operation; what it changes is named by its resource. */
final class Ec2Needs implements Needs {

  private final World world;

  Ec2Needs(World world) {
    this.world = world;
  }

  @Override
  public String service() {
    return "ec2";
  }

  @Override
  public List<Need> before(String operation, Request request) throws IOException {
    Region region = world.region(request.scope().region());
    Map<String, String> form = request.form();
    String action = "ec2:" + operation;
    return switch (operation) {
      case "RegisterImage" -> register(region, form, action);
      case "DeregisterImage",
          "DisableImage",
          "DisableImageDeprecation",
          "DisableImageDeregistrationProtection",
          "EnableImage",
          "EnableImageDeprecation",
          "EnableImageDeregistrationProtection",
          "RestoreImageFromRecycleBin" ->
          List.of(Need.of(action, Resources.imageArn(region, form.getOrDefault("ImageId", ""))));
      case "DeleteSnapshot", "RestoreSnapshotFromRecycleBin" ->
          List.of(Resources.snapshot(region, action, form.getOrDefault("SnapshotId", "")));
      case "CreateTags", "DeleteTags" -> tags(region, form, action);
      default -> List.of(Need.of(action, Need.ANY));
    };
  }

  private static List<Need> register(Region region, Map<String, String> form, String action) {
    String anyImage = Resources.imageArn(region, "*");
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of(action, anyImage));
    form.forEach(
        (name, value) -> {
          if (name.endsWith(".Ebs.SnapshotId")) {
            needs.add(Need.of(action, Resources.snapshotArn(region, value)));
          }
        });
    if (form.keySet().stream().anyMatch(name -> name.startsWith("TagSpecification."))) {
      needs.add(Need.of("ec2:CreateTags", anyImage));
    }
    return needs;
  }

  private static List<Need> tags(Region region, Map<String, String> form, String action)
      throws IOException {
    Set<String> keys = new HashSet<>();
    form.forEach(
        (name, value) -> {
          if (name.matches("Tag\\.\\d+\\.Key")) {
            keys.add(value);
          }
        });
    List<Need> needs = new ArrayList<>();
    for (Map.Entry<String, String> field : form.entrySet()) {
      if (field.getKey().startsWith("ResourceId.")) {
        String id = field.getValue();
        Need need =
            id.startsWith("snap-")
                ? Resources.snapshot(region, action, id)
                : Need.of(action, Resources.imageArn(region, id));
        Map<String, Set<String>> context = new HashMap<>(need.context());
        context.put("aws:TagKeys", keys);
        needs.add(new Need(action, need.resource(), context));
      }
    }
    return needs;
  }
}

package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Billing;
import amber.emulator.state.ProductCode;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** DescribeSnapshotAttribute, ModifySnapshotAttribute and ResetSnapshotAttribute. */
final class SnapshotAttributes {

  private static final String SHARING = "createVolumePermission";
  private static final String CODES = "productCodes";

  private SnapshotAttributes() {}

  static void describe(Call call) throws IOException {
    String id = id(call);
    call.parameters().required("Attribute");
    String attribute = call.parameters().oneOf("Attribute", Set.of(SHARING, CODES)).orElseThrow();
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    Xml xml = call.xml().text("snapshotId", id);
    if (attribute.equals(SHARING)) {
      xml.list(
          SHARING,
          snapshot.sharedWith(),
          (item, who) -> item.text(who.equals(Snapshot.EVERYBODY) ? "group" : "userId", who));
    } else {
      Optional<Billing> billing = call.region().snapshots().life(id).billing();
      List<ProductCode> codes = billing.map(Billing::productCodes).orElse(List.of());
      ImageView.productCodes(xml, codes);
    }
  }

  static void modify(Call call) throws IOException {
    String id = id(call);
    Parameters parameters = call.parameters();
    if (parameters.oneOf("Attribute", Set.of(SHARING, CODES)).filter(CODES::equals).isPresent()) {
      throw Ec2Failures.unsupported("Product codes cannot be changed.");
    }
    Parameters structure = parameters.structure("CreateVolumePermission");
    List<String> add = accounts(structure.structures("Add"));
    List<String> remove = accounts(structure.structures("Remove"));
    Optional<String> operation = parameters.oneOf("OperationType", Set.of("add", "remove"));
    List<String> flat = new ArrayList<>();
    for (String user : parameters.texts("UserId")) {
      flat.add(account(user));
    }
    for (String group : parameters.texts("UserGroup")) {
      flat.add(group(group));
    }
    if (!flat.isEmpty() && operation.isEmpty()) {
      throw Ec2Failures.missing("OperationType");
    }
    (operation.filter("remove"::equals).isPresent() ? remove : add).addAll(flat);
    if (add.isEmpty() && remove.isEmpty()) {
      throw Ec2Failures.combination("No attributes specified.");
    }
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    checkShareable(snapshot, add);
    call.region().snapshots().update(id, old -> old.withSharedWith(after(old, add, remove)));
    call.yes();
  }

  static void reset(Call call) throws IOException {
    String id = id(call);
    String attribute = call.parameters().required("Attribute");
    if (!attribute.equals(SHARING)) {
      throw Ec2Failures.invalid("attribute", attribute, "Only " + SHARING + " can be reset.");
    }
    call.ready();
    SnapshotLookup.owned(call, id);
    call.region().snapshots().update(id, old -> old.withSharedWith(List.of()));
    call.yes();
  }

  private static String id(Call call) throws FailureException {
    String id = call.parameters().required("SnapshotId");
    SnapshotLookup.check(id);
    return id;
  }

  private static void checkShareable(Snapshot snapshot, List<String> add) throws FailureException {
    if (add.contains(Snapshot.EVERYBODY) && snapshot.encrypted()) {
      throw Ec2Failures.notPermitted("Encrypted snapshots cannot be shared publicly");
    }
    if (!add.isEmpty() && snapshot.storageTier() == StorageTier.ARCHIVE) {
      throw Ec2Failures.wrongState("The snapshot " + snapshot.id() + " is archived");
    }
  }

  private static List<String> after(Snapshot old, List<String> add, List<String> remove) {
    Set<String> all = new LinkedHashSet<>(old.sharedWith());
    remove.forEach(all::remove);
    all.addAll(add);
    return List.copyOf(all);
  }

  private static List<String> accounts(List<Parameters> items) throws FailureException {
    List<String> all = new ArrayList<>();
    for (Parameters item : items) {
      Optional<String> user = item.text("UserId");
      Optional<String> group = item.text("Group");
      if (user.isPresent()) {
        all.add(account(user.get()));
      }
      if (group.isPresent()) {
        all.add(group(group.get()));
      }
    }
    return all;
  }

  private static String account(String text) throws FailureException {
    if (!Owners.isAccount(text)) {
      throw Ec2Failures.of("InvalidUserID.Malformed", "Invalid user id: \"" + text + "\"");
    }
    return text;
  }

  private static String group(String text) throws FailureException {
    if (!text.equals(Snapshot.EVERYBODY)) {
      throw Ec2Failures.invalid("group", text, "Valid values: all");
    }
    return text;
  }
}

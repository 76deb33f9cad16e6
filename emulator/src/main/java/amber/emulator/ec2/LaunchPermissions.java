package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A change of who may launch an image, from any of the two ways that a request can have it.
 *
 * @param any whether the request speaks of launch permissions at all
 */
record LaunchPermissions(boolean any, List<LaunchPermission> add, List<LaunchPermission> remove) {

  private static final Pattern ORGANIZATION =
      Pattern.compile("arn:aws[a-z-]*:organizations::\\d{12}:organization/o-[a-z0-9]{10,32}");
  private static final Pattern UNIT =
      Pattern.compile("arn:aws[a-z-]*:organizations::\\d{12}:ou/o-[a-z0-9]{10,32}/ou-[a-z0-9-]+");

  /** Reads both {@code LaunchPermission.Add.N} and {@code OperationType} with its lists. */
  static LaunchPermissions read(Parameters parameters) throws FailureException {
    Parameters structure = parameters.structure("LaunchPermission");
    List<LaunchPermission> add = new ArrayList<>(items(structure.structures("Add")));
    List<LaunchPermission> remove = new ArrayList<>(items(structure.structures("Remove")));
    Optional<String> operation = parameters.oneOf("OperationType", Set.of("add", "remove"));
    List<LaunchPermission> flat = new ArrayList<>();
    flat(parameters, "UserId", Kind.USER, flat);
    flat(parameters, "UserGroup", Kind.GROUP, flat);
    flat(parameters, "OrganizationArn", Kind.ORGANIZATION, flat);
    flat(parameters, "OrganizationalUnitArn", Kind.ORGANIZATIONAL_UNIT, flat);
    if (!flat.isEmpty() && operation.isEmpty()) {
      throw Ec2Failures.missing("OperationType");
    }
    (operation.filter("remove"::equals).isPresent() ? remove : add).addAll(flat);
    return new LaunchPermissions(!add.isEmpty() || !remove.isEmpty(), add, remove);
  }

  /** The element that holds the value of such a permission. */
  static String element(Kind kind) {
    return switch (kind) {
      case USER -> "userId";
      case GROUP -> "group";
      case ORGANIZATION -> "organizationArn";
      case ORGANIZATIONAL_UNIT -> "organizationalUnitArn";
    };
  }

  /** These permissions with the change made. */
  List<LaunchPermission> applied(List<LaunchPermission> before) {
    Set<LaunchPermission> after = new LinkedHashSet<>(before);
    remove.forEach(after::remove);
    after.addAll(add);
    return List.copyOf(after);
  }

  boolean makesPublic() {
    return add.contains(new LaunchPermission(Kind.GROUP, "all"));
  }

  private static List<LaunchPermission> items(List<Parameters> structures) throws FailureException {
    List<LaunchPermission> items = new ArrayList<>();
    for (Parameters each : structures) {
      one(each, "UserId", Kind.USER, items);
      one(each, "Group", Kind.GROUP, items);
      one(each, "OrganizationArn", Kind.ORGANIZATION, items);
      one(each, "OrganizationalUnitArn", Kind.ORGANIZATIONAL_UNIT, items);
    }
    return items;
  }

  private static void one(
      Parameters structure, String name, Kind kind, List<LaunchPermission> items)
      throws FailureException {
    Optional<String> value = structure.text(name);
    if (value.isPresent()) {
      items.add(checked(kind, value.get()));
    }
  }

  private static void flat(
      Parameters parameters, String name, Kind kind, List<LaunchPermission> items)
      throws FailureException {
    for (String value : parameters.texts(name)) {
      items.add(checked(kind, value));
    }
  }

  private static LaunchPermission checked(Kind kind, String value) throws FailureException {
    boolean good =
        switch (kind) {
          case USER -> Owners.isAccount(value);
          case GROUP -> value.equals("all");
          case ORGANIZATION -> ORGANIZATION.matcher(value).matches();
          case ORGANIZATIONAL_UNIT -> UNIT.matcher(value).matches();
        };
    if (!good) {
      throw Ec2Failures.of(
          "InvalidAMIAttributeItemValue",
          "Invalid attribute item value \"%s\" for %s item type.".formatted(value, element(kind)));
    }
    return new LaunchPermission(kind, value);
  }
}

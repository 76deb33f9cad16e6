package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Image;
import amber.emulator.state.ImageLife.Protection;
import amber.emulator.state.ImageState;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotLock;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each command about AMIs does with an AMI in each state, in two partitions. */
@ExtendWith(Cloud.class)
class ImageStatesTest {

  private static final String OTHER = "999999999999";

  private static final List<String> STATES =
      List.of(
          "available",
          "deprecated",
          "disabled",
          "protected",
          "cooling",
          "deregistered",
          "recycled",
          "shared with us",
          "with a snapshot of two",
          "with a locked snapshot",
          "with another's snapshot");

  private static final Map<String, List<String>> COMMANDS =
      Map.ofEntries(
          Map.entry("show", List.of("show")),
          Map.entry("deprecate", List.of("deprecate", "--in", "30d")),
          Map.entry("undeprecate", List.of("undeprecate")),
          Map.entry("disable", List.of("disable")),
          Map.entry("enable", List.of("enable")),
          Map.entry("protect", List.of("protect")),
          Map.entry("protect longer", List.of("protect", "--cooldown")),
          Map.entry("unprotect", List.of("unprotect")),
          Map.entry("deregister", List.of("deregister")),
          Map.entry("deregister all", List.of("deregister", "--delete-snapshots")),
          Map.entry("recover", List.of("recover")));

  private Region region;

  @BeforeEach
  @AfterEach
  void emptyBin() throws IOException {
    for (String name : List.of(Cloud.EAST, Cloud.GOV)) {
      Cloud.region(name).updateSettings(s -> s.withRecycleDays(0, 0));
    }
  }

  // In the order of the states above: the exit code, and how the AMI and its snapshot are then.
  // A is available, D disabled, X gone, B in the Recycle Bin; d is deprecated or will be,
  // p protected, P protected with a cool-down, c cooling down; s is the snapshot, - that it is
  // gone.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "us-east-1, show,           0As 0Ads 0Ds 0Aps 0Acs 5Xs 5Bs 0As 0As 0As 0As",
    "us-east-1, deprecate,      0Ads 0Ads 0Dds 0Adps 0Adcs 5Xs 5Bs 4As 0Ads 0Ads 0Ads",
    "us-east-1, undeprecate,    0As 0As 0Ds 0Aps 0Acs 5Xs 5Bs 4As 0As 0As 0As",
    "us-east-1, disable,        0Ds 0Dds 0Ds 0Dps 0Dcs 5Xs 5Bs 4As 0Ds 0Ds 0Ds",
    "us-east-1, enable,         0As 0Ads 0As 0Aps 0Acs 5Xs 5Bs 4As 0As 0As 0As",
    "us-east-1, protect,        0Aps 0Adps 0Dps 0Aps 0Aps 5Xs 5Bs 4As 0Aps 0Aps 0Aps",
    "us-east-1, protect longer, 0APs 0AdPs 0DPs 0APs 0APs 5Xs 5Bs 4As 0APs 0APs 0APs",
    "us-east-1, unprotect,      0As 0Ads 0Ds 0As 0Acs 5Xs 5Bs 4As 0As 0As 0As",
    "us-east-1, deregister,     0Xs 0Xs 0Xs 1Aps 1Acs 5Xs 5Bs 4As 0Xs 0Xs 0Xs",
    "us-east-1, deregister all, 0X- 0X- 0X- 1Aps 1Acs 5Xs 5Bs 4As 0Xs 1Xs 1Xs",
    "us-east-1, recover,        5As 5Ads 5Ds 5Aps 5Acs 5Xs 0As 5As 5As 5As 5As",
    "us-gov-west-1, show,           0As 0Ads 0Ds 0Aps 0Acs 5Xs 5Bs 0As 0As 0As 0As",
    "us-gov-west-1, deprecate,      0Ads 0Ads 0Dds 0Adps 0Adcs 5Xs 5Bs 4As 0Ads 0Ads 0Ads",
    "us-gov-west-1, disable,        0Ds 0Dds 0Ds 0Dps 0Dcs 5Xs 5Bs 4As 0Ds 0Ds 0Ds",
    "us-gov-west-1, protect longer, 0APs 0AdPs 0DPs 0APs 0APs 5Xs 5Bs 4As 0APs 0APs 0APs",
    "us-gov-west-1, deregister all, 0X- 0X- 0X- 1Aps 1Acs 5Xs 5Bs 4As 0Xs 1Xs 1Xs",
    "us-gov-west-1, recover,        5As 5Ads 5Ds 5Aps 5Acs 5Xs 0As 5As 5As 5As 5As",
  })
  void commandDoesWhatTheStateAllows(String regionName, String command, String expected)
      throws IOException {
    region = Cloud.region(regionName);
    List<String> outcomes = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    for (String state : STATES) {
      String snapshot = Cloud.snapshot(regionName, 1, Map.of(), Map.of(), Optional.empty());
      String id = prepared(state, Cloud.newName("state"), snapshot);
      List<Object> arguments = new ArrayList<>(List.of("image"));
      arguments.addAll(COMMANDS.get(command));
      arguments.addAll(List.of(id, "--region", regionName));
      Run run = Cloud.amber(arguments.toArray());
      said.append(run.text()).append(run.stderr());
      outcomes.add(run.exitCode() + after(id) + (isThere(snapshot) ? "s" : "-"));
      assertThat(run.exitCode() == 0 || run.stderr().contains("hint: ") || !run.text().isEmpty())
          .as("%s of an image that is %s says what to do: %s", command, state, run)
          .isTrue();
    }
    assertThat(String.join(" ", outcomes)).as("%s", said).isEqualTo(expected);
  }

  private String prepared(String state, String name, String snapshot) throws IOException {
    region.updateSettings(s -> s.withRecycleDays(state.equals("recycled") ? 1 : 0, 0));
    String id = Cloud.image(region.name(), name, snapshot);
    Instant now = Instant.now();
    switch (state) {
      case "deprecated" ->
          edit(
              id,
              image ->
                  image.withLife(
                      image.life().withDeprecationTime(Optional.of(now.minusSeconds(60)))));
      case "disabled" -> edit(id, i -> i.withLife(i.life().withState(ImageState.DISABLED)));
      case "protected" -> protect(id, Protection.ENABLED, Optional.empty());
      case "cooling" -> protect(id, Protection.DISABLED, Optional.of(now.plusSeconds(3600)));
      case "deregistered", "recycled" -> deregister(id);
      case "shared with us" ->
          edit(
              id,
              image ->
                  image
                      .withOwnerId(OTHER)
                      .withLaunchPermissions(
                          List.of(new LaunchPermission(Kind.USER, region.accountId()))));
      case "with a snapshot of two" -> Cloud.image(region.name(), name + "-2", snapshot);
      case "with a locked snapshot" -> lock(snapshot, now);
      case "with another's snapshot" ->
          region
              .snapshots()
              .update(
                  snapshot, s -> s.withOwnerId(OTHER).withSharedWith(List.of(region.accountId())));
      default -> assertThat(state).isEqualTo("available");
    }
    return id;
  }

  private void protect(String id, Protection protection, Optional<Instant> until)
      throws IOException {
    edit(id, image -> image.withLife(image.life().withProtection(protection, until)));
  }

  private void deregister(String id) {
    try (var ec2 = Cloud.ec2(region.name())) {
      ec2.deregisterImage(r -> r.imageId(id));
    }
  }

  private void lock(String snapshot, Instant now) throws IOException {
    SnapshotLock lock =
        new SnapshotLock(
            false, now, now.plus(Duration.ofDays(2)), 2, Optional.empty(), Optional.empty());
    region.snapshots().updateLife(snapshot, life -> life.withLock(Optional.of(lock)));
  }

  private void edit(String id, UnaryOperator<Image> change) throws IOException {
    region.images().update(id, change);
  }

  private String after(String id) throws IOException {
    Optional<Image> found = region.images().find(id);
    if (found.isEmpty()) {
      return "X";
    }
    var life = found.get().life();
    if (life.recycledAt().isPresent()) {
      return "B";
    }
    String protection =
        switch (life.protection()) {
          case ENABLED -> "p";
          case ENABLED_WITH_COOLDOWN -> "P";
          case DISABLED -> life.protectedUntil().isPresent() ? "c" : "";
        };
    return (life.state() == ImageState.DISABLED ? "D" : "A")
        + (life.deprecationTime().isPresent() ? "d" : "")
        + protection;
  }

  private boolean isThere(String snapshot) throws IOException {
    return region.snapshots().find(snapshot).map(Snapshot::state).stream()
        .anyMatch(state -> state != SnapshotState.RECOVERABLE);
  }
}

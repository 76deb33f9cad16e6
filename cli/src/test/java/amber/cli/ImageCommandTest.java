package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.emulator.ec2.ImageReference;
import amber.emulator.state.Image;
import amber.emulator.state.ImageLife.Protection;
import amber.emulator.state.ImageState;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import amber.emulator.state.Region;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands about the life of AMIs. */
@ExtendWith(Cloud.class)
class ImageCommandTest {

  private static final String OTHER = "999999999999";

  private final Region region = Cloud.region(Cloud.EAST);
  private final String name = Cloud.newName("life");

  @BeforeEach
  @AfterEach
  void calm() throws IOException {
    Cloud.emulator().faults().clear();
    region.updateSettings(s -> s.withRecycleDays(0, 0));
  }

  private static String snapshot() throws IOException {
    return Cloud.snapshot(Cloud.EAST, 1, Map.of(), Map.of(), Optional.empty());
  }

  private String image(String suffix) throws IOException {
    return Cloud.image(Cloud.EAST, name + suffix, snapshot());
  }

  private Image state(String id) {
    return region.images().find(id).orElseThrow(() -> new AssertionError(id + " is gone"));
  }

  private String snapshotOf(String id) {
    return state(id).registration().devices().get(0).ebs().orElseThrow().snapshotId().orElseThrow();
  }

  private void share(String id, String account) throws IOException {
    region
        .images()
        .update(
            id,
            image ->
                image.withLaunchPermissions(List.of(new LaunchPermission(Kind.USER, account))));
  }

  /** Makes an image older than it is. */
  private void age(String id, Duration age) throws IOException {
    Instant made = Instant.now().minus(age);
    region
        .images()
        .update(
            id,
            image ->
                new Image(
                    image.id(),
                    image.ownerId(),
                    made,
                    image.registration(),
                    image.origin(),
                    image.billing(),
                    image.life(),
                    image.launchPermissions(),
                    image.tags()));
  }

  private static Run run(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("image"));
    all.addAll(Arrays.asList(arguments));
    return Cloud.amber(all.toArray());
  }

  private List<String> listed(Object... options) throws Exception {
    List<Object> all = new ArrayList<>(List.of("list", "--name", name + "*", "--output", "json"));
    all.addAll(Arrays.asList(options));
    Run run = run(all.toArray());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return ((List<?>) run.json().get("images"))
        .stream().map(each -> String.valueOf(((Map<?, ?>) each).get("id"))).toList();
  }

  @Test
  void listsWhatIsAskedFor() throws Exception {
    String old = image("-old");
    String young = image("-young");
    String off = image("-off");
    String others = image("-others");
    age(old, Duration.ofDays(200));
    age(off, Duration.ofDays(300));
    Cloud.succeed("image", "disable", off);
    region.images().update(others, i -> i.withOwnerId(OTHER));
    share(others, region.accountId());
    region.images().update(old, i -> i.withTags(Map.of("stage", "test")));
    assertThat(listed()).containsExactly(old, young);
    assertThat(listed("--include-disabled")).containsExactly(off, old, young);
    assertThat(listed("--older-than", "180d")).containsExactly(old);
    assertThat(listed("--tag", "stage=te*")).containsExactly(old);
    assertThat(listed("--filter", "architecture=arm64,x86_64")).containsExactly(old, young);
    assertThat(listed("--filter", "architecture=arm64")).isEmpty();
    assertThat(listed("--never-launched")).as("the young one may have been").containsExactly(old);
    assertThat(listed("--owner", "shared")).containsExactly(others);
    assertThat(listed("--owner", OTHER)).containsExactly(others);
    Instant past = Instant.now().minusSeconds(60);
    region
        .images()
        .update(others, i -> i.withLife(i.life().withDeprecationTime(Optional.of(past))));
    assertThat(listed("--owner", "shared")).isEmpty();
    assertThat(listed("--owner", "shared", "--include-deprecated")).containsExactly(others);
    Run table = run("list", "--name", name + "*");
    assertThat(table.text())
        .contains("AMI ", "NAME", old, name + "-young", "2 AMIs in us-east-1", "24 hours late");
    Run refused = run("list", "--owner", "shared", "--never-launched");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("to an image's owner only");
  }

  @Test
  void showsAllThatKeepsAnImage() throws Exception {
    String id = image("");
    String other = Cloud.image(Cloud.EAST, name + "-2", snapshotOf(id));
    share(id, OTHER);
    ImageReference.addInstance(region, Cloud.newName("i"), id, "running");
    ImageReference.addLaunchTemplate(region, "lt-" + name, id, 1);
    Run run = run("show", id);
    assertThat(run.text())
        .contains("state         available")
        .contains("shared with   account " + OTHER)
        .contains("launch template lt-" + name)
        .contains("used by       " + other)
        .contains("it would stay: " + other + " uses it")
        .contains("architecture  x86_64");
    Map<String, Object> json = run("show", id, "--output", "json").json();
    assertThat(json).containsKey("boot");
    assertThat(json)
        .containsEntry("id", id)
        .containsEntry("own", true)
        .containsEntry("sharedWith", List.of("account " + OTHER));
    assertThat(json.get("references").toString()).contains("ec2:Instance");
  }

  @Test
  void saysWhatIsNotKnownIfThePermissionIsMissing() throws Exception {
    String id = image("");
    Cloud.emulator().faults().add("ec2:DescribeImageReferences:deny");
    Cloud.emulator().faults().add("ec2:DescribeLockedSnapshots:deny");
    Run shown = run("show", id);
    assertThat(shown.exitCode()).isZero();
    assertThat(shown.text()).contains("named by      not known: You are not authorized");
    Run disabled = run("disable", id);
    assertThat(disabled.exitCode()).isZero();
    assertThat(disabled.stderr()).contains("what names it", "is not known");
  }

  @Test
  void selectionActsOnlyWithYes() throws Exception {
    String old = image("-old");
    String young = image("-young");
    String kept = image("-protected");
    age(old, Duration.ofDays(200));
    age(kept, Duration.ofDays(200));
    region
        .images()
        .update(
            kept, i -> i.withLife(i.life().withProtection(Protection.ENABLED, Optional.empty())));
    Object[] command = {"deregister", "--name", name + "*", "--older-than", "180d"};
    Run listed = run(command);
    assertThat(listed.exitCode()).isZero();
    assertThat(listed.text())
        .contains("AMI ", "would deregister " + old, "nothing was done", "--yes")
        .contains(kept + " (" + name + "-protected): left as it is: is protected")
        .doesNotContain(young);
    assertThat(state(old).life().state()).isEqualTo(ImageState.AVAILABLE);
    List<Object> confirmed = new ArrayList<>(Arrays.asList(command));
    confirmed.add("--yes");
    Run done = run(confirmed.toArray());
    assertThat(done.exitCode()).as("one of them is left").isEqualTo(1);
    assertThat(done.stderr()).contains("amber: AMI ", "deregister " + old);
    assertThat(done.text()).contains(old + " (" + name + "-old): deregistered");
    assertThat(region.images().find(old)).isEmpty();
    assertThat(state(kept).life().state()).isEqualTo(ImageState.AVAILABLE);
    assertThat(state(young).life().state()).isEqualTo(ImageState.AVAILABLE);
  }

  @Test
  void emptySelectionAndNoSelectionAreToldApart() {
    Run none = run("disable", "--name", name + "-none", "--yes");
    assertThat(none.exitCode()).isZero();
    assertThat(none.text()).contains("no AMI is so");
    assertThat(run("disable").exitCode()).isEqualTo(2);
    assertThat(run("disable", "--yes").exitCode()).isEqualTo(2);
    assertThat(run("disable", "ami-0abc123def4567890", "--name", "x").exitCode()).isEqualTo(2);
    assertThat(run("disable", "web-42").exitCode()).isEqualTo(2);
    assertThat(run().exitCode()).isEqualTo(2);
  }

  @Test
  void nothingIsDoneIfOneOfTheNamedIsNotThere() throws Exception {
    String id = image("");
    Run run = run("deregister", id, "ami-0123456789abcdef0", "ami-0123456789abcdef1");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.stderr()).contains("ami-0123456789abcdef0:", "ami-0123456789abcdef1:");
    assertThat(state(id).life().state()).isEqualTo(ImageState.AVAILABLE);
  }

  @Test
  void dryRunAsksWhetherItIsAllowedAndChangesNothing() throws Exception {
    String id = image("");
    Run run = run("deregister", "--dry-run", "--delete-snapshots", id);
    assertThat(run.exitCode()).isZero();
    assertThat(run.text()).contains("would deregister " + id, "is deleted", "only tried out");
    Cloud.emulator().faults().add("ec2:DisableImage:deny");
    Run denied = run("disable", "--dry-run", id);
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.text()).contains("left as it is", "not authorized");
    assertThat(state(id).life().state()).isEqualTo(ImageState.AVAILABLE);
  }

  @Test
  void saysBeforeWhoLosesAccess() throws Exception {
    String id = image("");
    share(id, OTHER);
    ImageReference.addInstance(region, Cloud.newName("i"), id, "running");
    Run run = run("disable", id);
    assertThat(run.exitCode()).isZero();
    assertThat(run.stderr())
        .contains("account " + OTHER + " loses access", "not the sharing", "instances run on");
    Run back = run("enable", id);
    assertThat(back.text()).contains("available again, to its owner only");
    assertThat(state(id).launchPermissions()).isEmpty();
  }

  @Test
  void imageThatSomethingLaunchesIsLeftUnlessThatIsAllowed() throws Exception {
    String id = image("");
    ImageReference.addLaunchTemplate(region, "lt-" + name, id, 1);
    for (String verb : List.of("disable", "deregister")) {
      Run refused = run(verb, id);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.stderr())
          .contains("is named by launch template lt-" + name, "--allow-references");
      assertThat(state(id).life().state()).isEqualTo(ImageState.AVAILABLE);
    }
    Run allowed = run("disable", "--allow-references", id);
    assertThat(allowed.exitCode()).as(allowed.stderr()).isZero();
    assertThat(allowed.stderr()).contains("will fail to launch it");
  }

  @Test
  void lostAnswersAreNoSecondRequest() throws Exception {
    String id = image("");
    String snapshot = snapshotOf(id);
    for (String operation :
        List.of(
            "EnableImageDeprecation",
            "DisableImage",
            "EnableImage",
            "EnableImageDeregistrationProtection",
            "DisableImageDeregistrationProtection",
            "DeregisterImage")) {
      Cloud.emulator().faults().add("ec2:" + operation + ":first=1:cut-after");
    }
    Cloud.succeed("image", "deprecate", "--in", "2min", id);
    Cloud.succeed("image", "disable", id);
    Cloud.succeed("image", "enable", id);
    Cloud.succeed("image", "protect", id);
    Cloud.succeed("image", "unprotect", id);
    Run gone = Cloud.succeed("image", "deregister", "--delete-snapshots", id);
    assertThat(gone.text()).contains("snapshot " + snapshot + " is deleted");
    assertThat(region.images().find(id)).isEmpty();
    assertThat(region.snapshots().find(snapshot)).isEmpty();
  }

  @Test
  void lostAnswerTellsOfSnapshotsThatStay() throws Exception {
    String id = image("");
    String snapshot = snapshotOf(id);
    String other = Cloud.image(Cloud.EAST, name + "-2", snapshot);
    Cloud.emulator().faults().add("ec2:DeregisterImage:first=1:cut-after");
    Run run = Cloud.succeed("image", "deregister", "--delete-snapshots", id);
    assertThat(run.text())
        .contains("snapshot " + snapshot + " stays: another AMI uses it (" + other + " uses it)");
  }

  @Test
  void whatTheRecycleBinKeepsComesBackWithItsSnapshots() throws Exception {
    String id = image("");
    String snapshot = snapshotOf(id);
    share(id, OTHER);
    region.updateSettings(s -> s.withRecycleDays(7, 7));
    Run gone = Cloud.succeed("image", "deregister", "--delete-snapshots", id);
    assertThat(gone.text())
        .contains("the Recycle Bin keeps it until", "amber image recover " + id)
        .contains("snapshot " + snapshot + " is deleted; the Recycle Bin keeps it until");
    assertThat(run("recycled").text()).contains(id + " (" + name + ")", snapshot);
    Run planned = Cloud.succeed("image", "recover", "--dry-run", id);
    assertThat(planned.text()).contains("would recover " + id);
    Cloud.emulator().faults().add("ec2:RestoreImageFromRecycleBin:first=1:cut-after");
    Run back = Cloud.succeed("image", "recover", id);
    assertThat(back.text()).contains("snapshot " + snapshot + ": recovered", id + ": recovered");
    assertThat(state(id).launchPermissions()).isNotEmpty();
    assertThat(run("recover", id).exitCode()).isEqualTo(5);
  }

  @Test
  void whatTheRecycleBinWillKeepIsToldBefore() throws Exception {
    String id = image("");
    Object[] command = {"deregister", "--dry-run", "--delete-snapshots", id};
    assertThat(run(command).text())
        .contains("it is gone for good: no rule of the Recycle Bin keeps it")
        .contains("snapshot " + snapshotOf(id) + " is deleted for good");
    region.updateSettings(s -> s.withRecycleDays(14, 1));
    assertThat(run(command).text())
        .contains(
            "the Recycle Bin keeps it for 14 days, in which amber image recover takes it back")
        .contains("is deleted, and the Recycle Bin keeps it for 1 day");
    Cloud.emulator().faults().add("rbin:GetRule:deny");
    Run unknown = run(command);
    assertThat(unknown.exitCode()).isZero();
    assertThat(unknown.text())
        .contains("if a rule of the Recycle Bin keeps it, amber image recover takes it back")
        .contains("the rules are not known: ", "not authorized");
  }

  @Test
  void imageWhoseSnapshotsAreGoneIsSaidToBeLost() throws Exception {
    String id = image("");
    region.updateSettings(s -> s.withRecycleDays(7, 0));
    Run gone = Cloud.succeed("image", "deregister", "--delete-snapshots", id);
    assertThat(gone.text()).contains("it cannot be recovered without snap-");
    assertThat(run("recover", id).exitCode()).isEqualTo(5);
  }

  @Test
  void someThatFailAreListedAndTheOthersDone() throws Exception {
    String one = image("-1");
    String two = image("-2");
    Cloud.emulator().faults().add("ec2:DisableImage:nth=1:error=InvalidState");
    Run run = run("disable", one, two, "--output", "json");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().get("images").toString()).contains("end=failed", "end=done");
    assertThat(state(one).life().state()).isEqualTo(ImageState.AVAILABLE);
    assertThat(state(two).life().state()).isEqualTo(ImageState.DISABLED);
  }

  @Test
  void deprecationTimesAreChecked() throws Exception {
    String id = image("");
    assertThat(run("deprecate", id).exitCode()).isEqualTo(2);
    assertThat(run("deprecate", "--at", "2020-01-01T00:00:00Z", id).exitCode()).isEqualTo(2);
    assertThat(run("deprecate", "--in", "11y", id).exitCode()).isEqualTo(2);
    assertThat(run("deprecate", "--in", "soon", id).exitCode()).isEqualTo(2);
    assertThat(state(id).life().deprecationTime()).isEmpty();
    share(id, OTHER);
    region
        .images()
        .update(id, i -> i.withLaunchPermissions(List.of(new LaunchPermission(Kind.GROUP, "all"))));
    Run run = run("deprecate", "--in", "3y", id);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("is public");
  }

  @Test
  void listHasMoreThanOnePage() throws Exception {
    Region far = Cloud.region("eu-west-1");
    String snapshot = Cloud.snapshot("eu-west-1", 1, Map.of(), Map.of(), Optional.empty());
    Image first = far.images().find(Cloud.image("eu-west-1", name, snapshot)).orElseThrow();
    for (int i = 0; i < 1001; i++) {
      String id = "ami-%017x".formatted(i);
      far.images()
          .put(
              new Image(
                  id,
                  first.ownerId(),
                  first.creationDate(),
                  first.registration(),
                  first.origin(),
                  first.billing(),
                  first.life(),
                  List.of(),
                  Map.of()));
    }
    Run run = run("list", "--region", "eu-west-1", "--output", "json");
    assertThat((List<?>) run.json().get("images")).hasSize(1002);
  }

  @Test
  void stockCommandSeesWhatWasDone() throws Exception {
    assumeTrue(isThereAnAwsCommand(), "the aws command is not on this machine");
    String id = image("");
    Cloud.succeed("image", "deprecate", "--at", "2031-01-31T00:00:00Z", id);
    Cloud.succeed("image", "protect", "--cooldown", id);
    Cloud.succeed("image", "disable", id);
    assertThat(
            aws(
                "describe-images",
                "--include-disabled",
                "--image-ids",
                id,
                "--query",
                "Images[0].[State,DeprecationTime,DeregistrationProtection]",
                "--output",
                "text"))
        .isEqualToIgnoringWhitespace("disabled 2031-01-31T00:00:00.000Z enabled-with-cooldown");
  }

  private static boolean isThereAnAwsCommand() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("aws", "--version").start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String aws(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("aws", "ec2"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint().toString()));
    all.addAll(List.of("--region", Cloud.EAST));
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().put("AWS_ACCESS_KEY_ID", "local");
    builder.environment().put("AWS_SECRET_ACCESS_KEY", "local");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }
}

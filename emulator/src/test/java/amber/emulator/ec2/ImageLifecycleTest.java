package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotReturnCode;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;

class ImageLifecycleTest extends Ec2TestCase {

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:00:40Z, 2026-03-01T12:01:00.000Z",
    "2026-03-01T12:05:29Z, 2026-03-01T12:05:00.000Z",
    "2036-03-01T12:00:00Z, 2036-03-01T12:00:00.000Z",
    "2026-03-01T11:59:00Z, ''",
    "2036-03-01T12:01:00Z, ''"
  })
  void deprecationIsRoundedToTheMinuteAndWithinTenYears(String asked, String shown)
      throws IOException {
    String id = image("web");
    if (shown.isEmpty()) {
      refused("InvalidTime", () -> deprecate(id, asked));
    } else {
      deprecate(id, asked);
      assertThat(describe(id).deprecationTime()).isEqualTo(shown);
      ec2.disableImageDeprecation(r -> r.imageId(id));
      assertThat(describe(id).deprecationTime()).isNull();
    }
  }

  @Test
  void publicImageIsDeprecatedWithinTwoYears() throws IOException {
    String id = image("web");
    ec2.modifyImageAttribute(r -> r.imageId(id).operationType("add").userGroups("all"));
    refused("InvalidTime", () -> deprecate(id, "2028-03-02T00:00:00Z"));
    deprecate(id, "2027-03-02T00:00:00Z");
  }

  @Test
  void disablingTakesAwaySharingForGood() throws IOException {
    String id = image("web");
    ec2.modifyImageAttribute(r -> r.imageId(id).operationType("add").userIds(OTHER));
    assertThat(ec2.disableImage(r -> r.imageId(id)).returnValue()).isTrue();
    assertThat(describe(id).stateAsString()).isEqualTo("disabled");
    refused(
        "OperationNotPermitted",
        () -> ec2.modifyImageAttribute(r -> r.imageId(id).operationType("add").userIds(OTHER)));
    assertThat(ec2.enableImage(r -> r.imageId(id)).returnValue()).isTrue();
    assertThat(describe(id).stateAsString()).isEqualTo("available");
    assertThat(
            ec2.describeImageAttribute(r -> r.imageId(id).attribute("launchPermission"))
                .launchPermissions())
        .isEmpty();
  }

  @Test
  void protectedImageIsNotDeregistered() throws IOException {
    String id = image("web");
    assertThat(ec2.enableImageDeregistrationProtection(r -> r.imageId(id)).returnValue())
        .isEqualTo("true");
    assertThat(describe(id).deregistrationProtection()).isEqualTo("enabled-without-cooldown");
    refused("OperationNotPermitted", () -> ec2.deregisterImage(r -> r.imageId(id)));
    ec2.disableImageDeregistrationProtection(r -> r.imageId(id));
    assertThat(describe(id).deregistrationProtection()).isEqualTo("disabled");
    ec2.deregisterImage(r -> r.imageId(id));
  }

  @Test
  void protectionWithCooldownLastsADayLonger() throws IOException {
    String id = image("web");
    ec2.enableImageDeregistrationProtection(r -> r.imageId(id).withCooldown(true));
    assertThat(describe(id).deregistrationProtection()).isEqualTo("enabled-with-cooldown");
    ec2.disableImageDeregistrationProtection(r -> r.imageId(id));
    clock.advance(Duration.ofHours(23));
    refused("OperationNotPermitted", () -> ec2.deregisterImage(r -> r.imageId(id)));
    // A second time changes nothing.
    ec2.disableImageDeregistrationProtection(r -> r.imageId(id));
    clock.advance(Duration.ofHours(1));
    ec2.deregisterImage(r -> r.imageId(id));
  }

  @Test
  void deregisteredImageIsUnavailableAndItsSnapshotsStay() throws IOException {
    String snapshotId = snapshot();
    String id = image("web", snapshotId);
    DeregisterImageResponse response = ec2.deregisterImage(r -> r.imageId(id));
    assertThat(response.returnValue()).isTrue();
    assertThat(response.deleteSnapshotResults()).isEmpty();
    assertThat(stored(snapshotId).id()).isEqualTo(snapshotId);
    String message =
        refused("InvalidAMIID.Unavailable", () -> ec2.deregisterImage(r -> r.imageId(id)));
    assertThat(message).isEqualTo("The image ID '" + id + "' is no longer available");
    refused("InvalidAMIID.NotFound", () -> ec2.describeImages(r -> r.imageIds(id)));
  }

  @Test
  void deregisteredImageIsShownForAWhileThenEmptyThenUnknown() throws IOException {
    restart(Ec2Rules.DEFAULT.withDeregisteredImages(Duration.ZERO, Duration.ofMinutes(1)));
    String id = image("web");
    ImageReference.addInstance(region(), "i-00000000000000001", id, "running");
    ec2.deregisterImage(r -> r.imageId(id));
    assertThat(describe(id).stateAsString()).isEqualTo("deregistered");
    clock.advance(Duration.ofMinutes(1));
    assertThat(ec2.describeImages(r -> r.imageIds(id)).images()).isEmpty();
    ImageReference.addInstance(region(), "i-00000000000000001", id, "terminated");
    refused("InvalidAMIID.NotFound", () -> ec2.describeImages(r -> r.imageIds(id)));
  }

  @Test
  void snapshotsAreDeletedWithTheirImageUnlessSomethingSpeaksAgainstIt() throws IOException {
    String own = snapshot();
    String shared = snapshot();
    String locked = snapshot();
    String gone = snapshot();
    String foreign = snapshot();
    List<String> all = List.of(own, shared, locked, gone, foreign);
    List<BlockDeviceMapping> devices =
        all.stream()
            .map(
                id ->
                    BlockDeviceMapping.builder()
                        .deviceName(
                            id.equals(own) ? ROOT : "/dev/sd" + (char) ('b' + all.indexOf(id)))
                        .ebs(e -> e.snapshotId(id))
                        .build())
            .toList();
    String id =
        ec2.registerImage(request("web", own).blockDeviceMappings(devices).build()).imageId();
    image("other", shared);
    ec2.lockSnapshot(r -> r.snapshotId(locked).lockMode("governance").lockDuration(1));
    region().snapshots().delete(gone);
    region().snapshots().update(foreign, old -> old.withOwnerId(OTHER));
    assertThat(
            ec2.deregisterImage(r -> r.imageId(id).deleteAssociatedSnapshots(true))
                .deleteSnapshotResults())
        .extracting(
            DeleteSnapshotReturnCode::snapshotId, DeleteSnapshotReturnCode::returnCodeAsString)
        .containsExactlyInAnyOrder(
            tuple(own, "success"),
            tuple(shared, "skipped"),
            tuple(locked, "client-error"),
            tuple(gone, "client-error"),
            tuple(foreign, "missing-permissions"));
    assertThat(names()).containsExactly("other");
    assertThat(region().snapshots().find(own)).isEmpty();
    assertThat(region().snapshots().find(shared)).isPresent();
  }

  @Test
  void imageComesBackFromTheRecycleBinWithItsSharing() throws IOException {
    region().updateSettings(settings -> settings.withRecycleDays(7, 0));
    String id = image("web");
    ec2.modifyImageAttribute(r -> r.imageId(id).operationType("add").userIds(OTHER));
    ec2.deregisterImage(r -> r.imageId(id));
    refused("InvalidAMIID.Unavailable", () -> ec2.disableImage(r -> r.imageId(id)));
    assertThat(ec2.describeImages(r -> r.imageIds(id)).images()).isEmpty();
    assertThat(ec2.listImagesInRecycleBin(r -> {}).images())
        .singleElement()
        .satisfies(
            binned -> {
              assertThat(binned.imageId()).isEqualTo(id);
              assertThat(binned.name()).isEqualTo("web");
              assertThat(binned.recycleBinEnterTime()).isEqualTo(clock.instant());
              assertThat(binned.recycleBinExitTime())
                  .isEqualTo(clock.instant().plus(Duration.ofDays(7)));
            });
    assertThat(ec2.restoreImageFromRecycleBin(r -> r.imageId(id)).returnValue()).isTrue();
    assertThat(describe(id).stateAsString()).isEqualTo("available");
    assertThat(region().images().find(id).orElseThrow().launchPermissions())
        .containsExactly(new LaunchPermission(Kind.USER, OTHER));
    assertThat(ec2.listImagesInRecycleBin(r -> {}).images()).isEmpty();
    refused("InvalidAMIID.NotFound", () -> ec2.restoreImageFromRecycleBin(r -> r.imageId(id)));
  }

  @Test
  void imageIsForgottenWhenItsTimeInTheRecycleBinIsOver() throws IOException {
    region().updateSettings(settings -> settings.withRecycleDays(7, 0));
    String id = image("web");
    ec2.deregisterImage(r -> r.imageId(id));
    clock.advance(Duration.ofDays(7));
    assertThat(ec2.listImagesInRecycleBin(r -> {}).images()).isEmpty();
    refused("InvalidAMIID.NotFound", () -> ec2.restoreImageFromRecycleBin(r -> r.imageId(id)));
    refused("InvalidAMIID.Unavailable", () -> ec2.deregisterImage(r -> r.imageId(id)));
  }

  @Test
  void snapshotsComeBackBeforeTheirImage() throws IOException {
    region().updateSettings(settings -> settings.withRecycleDays(7, 7));
    String snapshotId = snapshot();
    String id = image("web", snapshotId);
    ec2.deregisterImage(r -> r.imageId(id).deleteAssociatedSnapshots(true));
    refused(
        "InvalidSnapshot.NotFound", () -> ec2.describeSnapshots(r -> r.snapshotIds(snapshotId)));
    refused("IncorrectState", () -> ec2.restoreImageFromRecycleBin(r -> r.imageId(id)));
    assertThat(ec2.listSnapshotsInRecycleBin(r -> {}).snapshots())
        .extracting(s -> s.snapshotId())
        .containsExactly(snapshotId);
    assertThat(ec2.restoreSnapshotFromRecycleBin(r -> r.snapshotId(snapshotId)).stateAsString())
        .isEqualTo("completed");
    ec2.restoreImageFromRecycleBin(r -> r.imageId(id));
    assertThat(names()).containsExactly("web");
  }

  @Test
  void imageIsLostWithItsSnapshotAndItsNameCanBeTakenMeanwhile() throws IOException {
    region().updateSettings(settings -> settings.withRecycleDays(7, 0));
    String lost = image("lost");
    ec2.deregisterImage(r -> r.imageId(lost).deleteAssociatedSnapshots(true));
    refused("InvalidSnapshot.NotFound", () -> ec2.restoreImageFromRecycleBin(r -> r.imageId(lost)));
    String old = image("web");
    ec2.deregisterImage(r -> r.imageId(old));
    image("web");
    refused("InvalidAMIName.Duplicate", () -> ec2.restoreImageFromRecycleBin(r -> r.imageId(old)));
  }

  @Test
  void snapshotIsForgottenWhenItsTimeInTheRecycleBinIsOver() throws IOException {
    region().updateSettings(settings -> settings.withRecycleDays(0, 1));
    String id = snapshot();
    ec2.deleteSnapshot(r -> r.snapshotId(id));
    clock.advance(Duration.ofDays(1));
    assertThat(ec2.listSnapshotsInRecycleBin(r -> {}).snapshots()).isEmpty();
    refused(
        "InvalidSnapshot.NotFound", () -> ec2.restoreSnapshotFromRecycleBin(r -> r.snapshotId(id)));
  }

  private void deprecate(String id, String when) {
    ec2.enableImageDeprecation(r -> r.imageId(id).deprecateAt(Instant.parse(when)));
  }
}

package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.ModifyImageAttributeRequest;

class ImageAttributesTest extends Ec2TestCase {

  private static final String UNIT = "arn:aws:organizations::111111111111:ou/o-abcdefghij/ou-ab12";

  @Test
  void eachAttributeIsReadByItself() throws IOException {
    String id =
        ec2.registerImage(
                request("web", snapshot())
                    .description("words")
                    .bootMode("uefi")
                    .tpmSupport("v2.0")
                    .imdsSupport("v2.0")
                    .sriovNetSupport("simple")
                    .uefiData("QU1aTlVFRkk=")
                    .build())
            .imageId();
    assertThat(attribute(id, "description").description().value()).isEqualTo("words");
    assertThat(attribute(id, "bootMode").bootMode().value()).isEqualTo("uefi");
    assertThat(attribute(id, "tpmSupport").tpmSupport().value()).isEqualTo("v2.0");
    assertThat(attribute(id, "imdsSupport").imdsSupport().value()).isEqualTo("v2.0");
    assertThat(attribute(id, "sriovNetSupport").sriovNetSupport().value()).isEqualTo("simple");
    assertThat(attribute(id, "uefiData").uefiData().value()).isEqualTo("QU1aTlVFRkk=");
    assertThat(attribute(id, "uefiData").bootMode()).isNull();
    assertThat(attribute(id, "kernel").kernelId().value()).isNull();
    assertThat(attribute(id, "ramdisk").ramdiskId().value()).isNull();
    assertThat(attribute(id, "productCodes").productCodes()).isEmpty();
    assertThat(attribute(id, "launchPermission").launchPermissions()).isEmpty();
    assertThat(attribute(id, "lastLaunchedTime").lastLaunchedTime().value()).isNull();
    assertThat(attribute(id, "deregistrationProtection").deregistrationProtection().value())
        .isEqualTo("disabled");
  }

  @Test
  void deviceMappingIsDeniedToEverybody() throws IOException {
    String id = image("web");
    refused(403, "AuthFailure", () -> attribute(id, "blockDeviceMapping"));
    refused("InvalidParameterValue", () -> attribute(id, "colour"));
    refused("InvalidAMIID.NotFound", () -> attribute("ami-00000000000000001", "description"));
  }

  @ParameterizedTest
  @CsvSource({
    "description, true",
    "bootMode, true",
    "uefiData, false",
    "launchPermission, false",
    "lastLaunchedTime, false",
    "deregistrationProtection, false"
  })
  void sharedImageTellsOnlySoMuch(String attribute, boolean readable) throws IOException {
    String id = foreignImage("web");
    refused(403, "AuthFailure", () -> attribute(id, attribute));
    region()
        .images()
        .update(
            id,
            image -> image.withLaunchPermissions(List.of(new LaunchPermission(Kind.USER, SELF))));
    if (readable) {
      assertThat(attribute(id, attribute).imageId()).isEqualTo(id);
    } else {
      refused(403, "AuthFailure", () -> attribute(id, attribute));
    }
  }

  @Test
  void descriptionAndImdsSupportCanBeSetLater() throws IOException {
    String id = image("web");
    modify(id, r -> r.description(d -> d.value("first")));
    assertThat(describe(id).description()).isEqualTo("first");
    modify(id, r -> r.attribute("description").value("second"));
    assertThat(describe(id).description()).isEqualTo("second");
    modify(id, r -> r.imdsSupport(i -> i.value("v2.0")));
    assertThat(describe(id).imdsSupportAsString()).isEqualTo("v2.0");
    refused("InvalidParameterValue", () -> modify(id, r -> r.imdsSupport(i -> i.value("off"))));
    refused(
        "InvalidParameterValue",
        () -> modify(id, r -> r.attribute("description").value("x".repeat(256))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootMode", "tpmSupport", "uefiData", "productCodes", "kernel"})
  void otherAttributesCannotBeModified(String attribute) throws IOException {
    String id = image("web");
    refused("InvalidParameterValue", () -> modify(id, r -> r.attribute(attribute).value("x")));
  }

  @Test
  void oneAttributeAtATime() throws IOException {
    String id = image("web");
    refused("InvalidParameterCombination", () -> modify(id, r -> {}));
    refused(
        "InvalidParameterCombination",
        () -> modify(id, r -> r.description(d -> d.value("x")).imdsSupport(i -> i.value("v2.0"))));
  }

  @Test
  void launchPermissionsAreAddedRemovedAndReset() throws IOException {
    String id = image("web");
    modify(id, r -> r.attribute("launchPermission").operationType("add").userIds(OTHER));
    modify(id, r -> r.operationType("add").organizationalUnitArns(UNIT));
    modify(id, r -> r.operationType("add").userGroups("all"));
    assertThat(describe(id).publicLaunchPermissions()).isTrue();
    assertThat(attribute(id, "launchPermission").launchPermissions())
        .extracting(p -> p.userId() + " " + p.groupAsString() + " " + p.organizationalUnitArn())
        .containsExactlyInAnyOrder(OTHER + " null null", "null all null", "null null " + UNIT);
    modify(id, r -> r.operationType("remove").userGroups("all"));
    assertThat(describe(id).publicLaunchPermissions()).isFalse();
    ec2.resetImageAttribute(r -> r.imageId(id).attribute("launchPermission"));
    assertThat(attribute(id, "launchPermission").launchPermissions()).isEmpty();
  }

  @Test
  void launchPermissionsComeAsAStructureToo() throws Exception {
    String id = image("web");
    HttpResponse<String> answer =
        Forms.post(
            emulator.endpoint(),
            REGION,
            "Action",
            "ModifyImageAttribute",
            "ImageId",
            id,
            "LaunchPermission.Add.1.UserId",
            OTHER,
            "LaunchPermission.Add.2.Group",
            "all");
    assertThat(answer.body()).contains("<return>true</return>");
    assertThat(attribute(id, "launchPermission").launchPermissions()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"123", "1234567890123", "arn:aws:iam::111111111111:root"})
  void permissionForWhatIsNoAccountIsRefused(String user) throws IOException {
    String id = image("web");
    refused(
        "InvalidAMIAttributeItemValue",
        () -> modify(id, r -> r.operationType("add").userIds(user)));
    refused("MissingParameter", () -> modify(id, r -> r.userIds(OTHER)));
  }

  @Test
  void publicImageIsDeprecatedAfterTwoYears() throws IOException {
    String id = image("web");
    modify(id, r -> r.operationType("add").userGroups("all"));
    assertThat(describe(id).deprecationTime()).isEqualTo("2028-03-01T12:00:00.000Z");
  }

  @Test
  void encryptedImageCannotBePublic() throws IOException {
    String id = image("web", encryptedSnapshot());
    refused("InvalidParameter", () -> modify(id, r -> r.operationType("add").userGroups("all")));
    modify(id, r -> r.operationType("add").userIds(OTHER));
  }

  @Test
  void onlyTheOwnerModifies() throws IOException {
    String id = foreignImage("web");
    String message =
        refused(403, "AuthFailure", () -> modify(id, r -> r.description(d -> d.value("x"))));
    assertThat(message).isEqualTo("Not authorized for image:" + id);
  }

  private DescribeImageAttributeResponse attribute(String id, String name) {
    return ec2.describeImageAttribute(r -> r.imageId(id).attribute(name));
  }

  private void modify(String id, Consumer<ModifyImageAttributeRequest.Builder> change) {
    ec2.modifyImageAttribute(change.andThen(r -> r.imageId(id)));
  }
}

package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.Clients;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeImageReferencesResponse;
import software.amazon.awssdk.services.ec2.model.ResourceTypeOption;
import software.amazon.awssdk.services.ec2.model.ResourceTypeRequest;

class AccountTest extends Ec2TestCase {

  @Test
  void encryptionByDefaultIsOffUntilItIsSet() {
    assertThat(ec2.getEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isFalse();
    assertThat(ec2.enableEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isTrue();
    assertThat(ec2.getEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isTrue();
    assertThat(ec2.disableEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isFalse();
  }

  @Test
  void defaultKeyIsTheOneOfAwsUntilItIsSet() throws IOException {
    String aws = ec2.getEbsDefaultKmsKeyId(r -> {}).kmsKeyId();
    assertThat(aws).startsWith("arn:aws:kms:us-east-1:111111111111:key/");
    String own = region().kmsKeyArn("mine");
    assertThat(ec2.modifyEbsDefaultKmsKeyId(r -> r.kmsKeyId("alias/mine")).kmsKeyId())
        .isEqualTo(own);
    assertThat(ec2.getEbsDefaultKmsKeyId(r -> {}).kmsKeyId()).isEqualTo(own);
    String id = own.substring(own.indexOf('/') + 1);
    assertThat(ec2.modifyEbsDefaultKmsKeyId(r -> r.kmsKeyId(id)).kmsKeyId()).isEqualTo(own);
    assertThat(ec2.modifyEbsDefaultKmsKeyId(r -> r.kmsKeyId(own)).kmsKeyId()).isEqualTo(own);
    for (String bad :
        List.of(
            "my key",
            own.replace("us-east-1", "us-west-2"),
            own.replace("arn:aws", "arn:aws-cn"))) {
      refused("InvalidKmsKey.NotFound", () -> ec2.modifyEbsDefaultKmsKeyId(r -> r.kmsKeyId(bad)));
    }
    assertThat(ec2.resetEbsDefaultKmsKeyId(r -> {}).kmsKeyId()).isEqualTo(aws);
  }

  @Test
  void regionsAreThoseOfThePartition() {
    assertThat(regions("us-east-1"))
        .contains("us-east-1", "eu-west-1")
        .doesNotContain("cn-north-1");
    assertThat(regions("us-gov-west-1")).containsExactly("us-gov-east-1", "us-gov-west-1");
    assertThat(regions("cn-north-1")).containsExactly("cn-north-1", "cn-northwest-1");
    assertThat(ec2.describeRegions(r -> r.regionNames("eu-west-1")).regions().get(0).endpoint())
        .isEqualTo("ec2.eu-west-1.amazonaws.com");
    assertThat(ec2.describeRegions(r -> r.filters(filter("region-name", "us-*"))).regions())
        .hasSize(4);
    refused(
        "InvalidParameterValue", () -> ec2.describeRegions(r -> r.regionNames("us-gov-west-1")));
  }

  @Test
  void zonesAreThoseOfTheRegion() {
    assertThat(ec2.describeAvailabilityZones(r -> {}).availabilityZones())
        .extracting(zone -> zone.zoneName() + " " + zone.zoneId() + " " + zone.stateAsString())
        .containsExactly(
            "us-east-1a use1-az1 available",
            "us-east-1b use1-az2 available",
            "us-east-1c use1-az3 available");
    assertThat(ec2.describeAvailabilityZones(r -> r.zoneNames("us-east-1b")).availabilityZones())
        .hasSize(1);
    refused(
        "InvalidParameterValue",
        () -> ec2.describeAvailabilityZones(r -> r.zoneNames("us-west-2a")));
  }

  @Test
  void referencesToImagesAreFoundByTypeStateAndVersion() throws IOException {
    String id = image("web");
    String other = image("other");
    ImageReference.addInstance(region(), "i-1", id, "running");
    ImageReference.addInstance(region(), "i-2", id, "stopped");
    ImageReference.addInstance(region(), "i-3", other, "running");
    ImageReference.addLaunchTemplate(region(), "lt-1", id, 1);
    ImageReference.addLaunchTemplate(region(), "lt-2", id, 11);
    assertThat(
            names(ec2.describeImageReferences(r -> r.imageIds(id).includeAllResourceTypes(true))))
        .containsExactly("instance/i-1", "instance/i-2", "launch-template/lt-1");
    assertThat(references(id, "ec2:Instance", "state-name", "stopped"))
        .containsExactly("instance/i-2");
    assertThat(references(id, "ec2:LaunchTemplate", "version-depth", "20")).hasSize(2);
    refused(
        "InvalidParameterValue", () -> references(id, "ec2:LaunchTemplate", "version-depth", "0"));
    refused("InvalidParameterValue", () -> references(id, "ec2:Host", "state-name", "x"));
    refused("MissingParameter", () -> ec2.describeImageReferences(r -> r.imageIds(id)));
    refused(
        "MissingParameter",
        () -> ec2.describeImageReferences(r -> r.includeAllResourceTypes(true)));
  }

  private List<String> references(String id, String type, String option, String value) {
    ResourceTypeRequest asked =
        ResourceTypeRequest.builder()
            .resourceType(type)
            .resourceTypeOptions(
                ResourceTypeOption.builder().optionName(option).optionValues(value).build())
            .build();
    return names(ec2.describeImageReferences(r -> r.imageIds(id).resourceTypes(asked)));
  }

  private static List<String> names(DescribeImageReferencesResponse answer) {
    return answer.imageReferences().stream()
        .map(reference -> reference.arn().substring("arn:aws:ec2:us-east-1:111111111111:".length()))
        .toList();
  }

  private List<String> regions(String from) {
    try (Ec2Client client = Clients.ec2(emulator.endpoint(), from)) {
      return client.describeRegions(r -> {}).regions().stream()
          .map(region -> region.regionName())
          .toList();
    }
  }
}

package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.Clients;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;

class DescribeImagesTest extends Ec2TestCase {

  private static final String MISSING = "ami-00000000000000001";

  @ParameterizedTest
  @CsvSource({
    "name, web-1",
    "name, web-?",
    "architecture, x86_64",
    "description, a *",
    "root-device-type, ebs",
    "root-device-name, /dev/xvda",
    "boot-mode, uefi",
    "is-public, false",
    "state, available",
    "owner-id, 111111111111",
    "virtualization-type, hvm",
    "block-device-mapping.volume-type, gp2",
    "block-device-mapping.volume-size, 8",
    "block-device-mapping.device-name, /dev/xvda",
    "block-device-mapping.encrypted, false",
    "block-device-mapping.delete-on-termination, true",
    "tag:team, in*",
    "tag-key, team",
    "ena-support, true",
    "creation-date, 2026-03-01T*",
    "hypervisor, xen",
    "manifest-location, 111111111111/web-1"
  })
  void filterFindsTheOneImage(String name, String value) throws IOException {
    String id =
        ec2.registerImage(
                request("web-1", snapshot())
                    .description("a description")
                    .bootMode("uefi")
                    .enaSupport(true)
                    .tagSpecifications(tags("image", tag("team", "infra")))
                    .build())
            .imageId();
    assertThat(find(name, value)).containsExactly(id);
    assertThat(find(name, "nothing-has-this")).isEmpty();
  }

  @Test
  void filtersAreAllMeantAndTheirValuesAreAlternatives() throws IOException {
    String first = image("first");
    String second = image("second");
    assertThat(find("name", "first", "second")).containsExactlyInAnyOrder(first, second);
    assertThat(
            ec2.describeImages(r -> r.filters(filter("name", "first"), filter("image-id", second)))
                .images())
        .isEmpty();
  }

  @Test
  void imageIsFoundByItsSnapshot() throws IOException {
    String snapshotId = snapshot();
    String id = image("web", snapshotId);
    image("other");
    assertThat(find("block-device-mapping.snapshot-id", snapshotId)).containsExactly(id);
  }

  @Test
  void unknownFilterIsRefused() {
    refused("InvalidParameterValue", () -> find("colour", "red"));
  }

  @Test
  void imagesOfOthersAreSeenOnlyWhenSharedOrPublic() throws IOException {
    image("own");
    foreignImage("private");
    share(foreignImage("shared"), Kind.USER, SELF);
    share(foreignImage("public"), Kind.GROUP, "all");
    assertThat(names()).containsExactly("own", "public", "shared");
    assertThat(byOwner("self")).containsExactly("own");
    assertThat(byOwner(OTHER)).containsExactly("public", "shared");
    assertThat(byUser("all")).containsExactly("public");
    assertThat(byUser("self")).containsExactly("shared");
    refused("InvalidUserID.Malformed", () -> byOwner("somebody"));
  }

  @Test
  void imageThatTheCallerMayNotSeeIsLeftOutEvenByItsId() throws IOException {
    String id = foreignImage("private");
    assertThat(ec2.describeImages(r -> r.imageIds(id)).images()).isEmpty();
  }

  @Test
  void imagesOfAwsHaveAnAlias() throws IOException {
    String id = foreignImage("al2023");
    share(id, Kind.GROUP, "all");
    region().images().update(id, image -> image.withOwnerId("137112412989"));
    assertThat(byOwner("amazon")).containsExactly("al2023");
    assertThat(describe(id).imageOwnerAlias()).isEqualTo("amazon");
  }

  @Test
  void tagsAndLaunchTimeAreForTheOwnerOnly() throws IOException {
    String id = image("web");
    ec2.createTags(r -> r.resources(id).tags(tag("secret", "yes")));
    share(id, Kind.USER, SELF);
    region().images().update(id, image -> image.withOwnerId(OTHER));
    assertThat(describe(id).tags()).isEmpty();
    ec2.createTags(r -> r.resources(id).tags(tag("mine", "1")));
    assertThat(describe(id).tags()).extracting(tag -> tag.key()).containsExactly("mine");
  }

  @Test
  void idsAreCheckedAndThenLookedUp() throws IOException {
    String id = image("web");
    assertThat(describe(id).name()).isEqualTo("web");
    refused("InvalidAMIID.Malformed", () -> ec2.describeImages(r -> r.imageIds("ami-xyz")));
    String message =
        refused("InvalidAMIID.NotFound", () -> ec2.describeImages(r -> r.imageIds(MISSING)));
    assertThat(message).isEqualTo("The image id '[" + MISSING + "]' does not exist");
    refused(
        "InvalidAMIID.NotFound",
        () -> ec2.describeImages(r -> r.imageIds(MISSING, "ami-00000000000000002", id)));
  }

  @Test
  void pagesHoldWhatWasAskedForAndFollowEachOther() throws IOException {
    for (int i = 0; i < 12; i++) {
      image("image-" + i);
    }
    List<String> seen = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      String from = token;
      DescribeImagesResponse page = ec2.describeImages(r -> r.maxResults(5).nextToken(from));
      assertThat(page.images().size()).isLessThanOrEqualTo(5);
      page.images().forEach(image -> seen.add(image.imageId()));
      token = page.nextToken();
      pages++;
    } while (token != null);
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(12).doesNotHaveDuplicates();
  }

  @Test
  void pageIsRefusedWhenItMakesNoSense() throws IOException {
    String id = image("web");
    refused("InvalidParameterValue", () -> ec2.describeImages(r -> r.maxResults(4)));
    refused("InvalidNextToken", () -> ec2.describeImages(r -> r.nextToken("bm9uc2Vuc2Uhbm9uc2U")));
    refused(
        "InvalidParameterCombination", () -> ec2.describeImages(r -> r.imageIds(id).maxResults(5)));
  }

  @Test
  void pageCanBeEmptyAndStillHaveAToken() throws IOException {
    restart(Ec2Rules.DEFAULT.withDisorder(false, true));
    for (int i = 0; i < 6; i++) {
      image("image-" + i);
    }
    Filter none = filter("name", "no-such");
    DescribeImagesResponse page = ec2.describeImages(r -> r.maxResults(5).filters(none));
    assertThat(page.images()).isEmpty();
    assertThat(page.nextToken()).isNotBlank();
    long found = ec2.describeImagesPaginator(r -> r.maxResults(5)).images().stream().count();
    assertThat(found).isEqualTo(6);
  }

  @Test
  void deprecatedImagesOfOthersAreHiddenUnlessAskedFor() throws IOException {
    String own = image("own");
    String other = foreignImage("other");
    share(other, Kind.GROUP, "all");
    for (String id : List.of(own, other)) {
      region()
          .images()
          .update(
              id,
              image ->
                  image.withLife(image.life().withDeprecationTime(Optional.of(clock.instant()))));
    }
    assertThat(names()).containsExactly("own");
    assertThat(ec2.describeImages(r -> r.includeDeprecated(true)).images()).hasSize(2);
    assertThat(describe(other).deprecationTime()).isEqualTo("2026-03-01T12:00:00.000Z");
  }

  @Test
  void disabledImagesAreHiddenUnlessAskedFor() throws IOException {
    String id = image("web");
    ec2.disableImage(r -> r.imageId(id));
    assertThat(names()).isEmpty();
    assertThat(ec2.describeImages(r -> r.imageIds(id)).images()).isEmpty();
    assertThat(describe(id).stateAsString()).isEqualTo("disabled");
  }

  @Test
  void newImageIsNotFoundAndThenPendingForAsLongAsTheRulesSay() throws IOException {
    restart(Ec2Rules.DEFAULT.withNewImages(Duration.ofSeconds(5), Duration.ofSeconds(20)));
    String id = image("web");
    refused("InvalidAMIID.NotFound", () -> ec2.describeImages(r -> r.imageIds(id)));
    refused(
        "InvalidAMIID.NotFound", () -> ec2.createTags(r -> r.resources(id).tags(tag("a", "b"))));
    assertThat(names()).isEmpty();
    clock.advance(Duration.ofSeconds(5));
    assertThat(describe(id).stateAsString()).isEqualTo("pending");
    clock.advance(Duration.ofSeconds(15));
    assertThat(describe(id).stateAsString()).isEqualTo("available");
  }

  @Test
  void devicesCanComeInAnotherOrderEachTime() throws IOException {
    restart(Ec2Rules.DEFAULT.withDisorder(true, false));
    BlockDeviceMapping data =
        BlockDeviceMapping.builder().deviceName("/dev/sdb").ebs(e -> e.volumeSize(1)).build();
    String snapshotId = snapshot();
    String id =
        ec2.registerImage(
                request("web", snapshotId).blockDeviceMappings(root(snapshotId), data).build())
            .imageId();
    List<String> first = devices(id);
    assertThat(devices(id)).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void regionsAndPartitionsDoNotSeeEachOthersImages() throws IOException {
    String id = image("web");
    for (String elsewhere : List.of("us-west-2", "us-gov-west-1", "cn-north-1")) {
      try (Ec2Client client = Clients.ec2(emulator.endpoint(), elsewhere)) {
        assertThat(client.describeImages(r -> {}).images()).isEmpty();
        refused("InvalidAMIID.NotFound", () -> client.describeImages(r -> r.imageIds(id)));
      }
    }
  }

  private List<String> devices(String id) {
    return describe(id).blockDeviceMappings().stream().map(BlockDeviceMapping::deviceName).toList();
  }

  private List<String> find(String name, String... values) {
    return ec2.describeImages(r -> r.filters(filter(name, values))).images().stream()
        .map(Image::imageId)
        .toList();
  }

  private List<String> byOwner(String owner) {
    return ec2.describeImages(r -> r.owners(owner)).images().stream()
        .map(Image::name)
        .sorted()
        .toList();
  }

  private List<String> byUser(String user) {
    return ec2.describeImages(r -> r.executableUsers(user)).images().stream()
        .map(Image::name)
        .sorted()
        .toList();
  }

  private void share(String id, Kind kind, String value) throws IOException {
    region()
        .images()
        .update(
            id, image -> image.withLaunchPermissions(List.of(new LaunchPermission(kind, value))));
  }
}

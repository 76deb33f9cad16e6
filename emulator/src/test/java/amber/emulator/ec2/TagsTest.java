package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagDescription;

class TagsTest extends Ec2TestCase {

  @Test
  void tagsGoToImagesAndSnapshotsAlike() throws IOException {
    String snapshotId = snapshot();
    String imageId = image("web", snapshotId);
    ec2.createTags(r -> r.resources(imageId, snapshotId).tags(tag("Name", "für 日本"), tag("a", "")));
    assertThat(describe(imageId).tags()).containsExactly(tag("Name", "für 日本"), tag("a", ""));
    assertThat(stored(snapshotId).tags()).containsEntry("Name", "für 日本").containsEntry("a", "");
    ec2.createTags(r -> r.resources(imageId).tags(tag("Name", "other")));
    assertThat(describe(imageId).tags()).contains(tag("Name", "other")).hasSize(2);
  }

  @Test
  void tagsAreDescribedAcrossResources() throws IOException {
    String snapshotId = snapshot();
    String imageId = image("web", snapshotId);
    ec2.createTags(r -> r.resources(imageId, snapshotId).tags(tag("team", "infra"), tag("n", "1")));
    assertThat(find(filter("resource-id", imageId))).hasSize(2);
    assertThat(find(filter("resource-type", "snapshot"))).hasSize(2);
    assertThat(find(filter("key", "team"))).hasSize(2);
    assertThat(find(filter("value", "inf*"))).hasSize(2);
    assertThat(find(filter("tag:team", "infra"), filter("resource-type", "image")))
        .extracting(t -> t.resourceId() + " " + t.resourceTypeAsString() + " " + t.key())
        .containsExactly(imageId + " image team");
    refused("InvalidParameterValue", () -> find(filter("colour", "red")));
  }

  @Test
  void tagsComeInPages() throws IOException {
    String id = image("web");
    ec2.createTags(r -> r.resources(id).tags(many(20)));
    assertThat(ec2.describeTags(r -> r.maxResults(5)).tags()).hasSize(5);
    assertThat(ec2.describeTagsPaginator(r -> r.maxResults(7)).tags().stream()).hasSize(20);
  }

  @Test
  void tagsAreDeletedByKeyByKeyAndValueOrAll() throws IOException {
    String id = image("web");
    ec2.createTags(
        r -> r.resources(id).tags(tag("a", "1"), tag("b", "2"), tag("c", ""), tag("d", "")));
    ec2.deleteTags(r -> r.resources(id).tags(Tag.builder().key("a").build()));
    ec2.deleteTags(r -> r.resources(id).tags(tag("b", "no"), tag("c", "")));
    assertThat(describe(id).tags()).extracting(Tag::key).containsExactly("b", "d");
    ec2.deleteTags(r -> r.resources(id));
    assertThat(describe(id).tags()).isEmpty();
  }

  @Test
  void limitsAreThoseOfEc2() throws IOException {
    String id = image("web");
    ec2.createTags(r -> r.resources(id).tags(many(50)));
    refused(
        "TagLimitExceeded", () -> ec2.createTags(r -> r.resources(id).tags(tag("one", "more"))));
    ec2.createTags(r -> r.resources(id).tags(tag("key-01", "changed")));
    refused(
        "InvalidTagKey.Malformed",
        () -> ec2.createTags(r -> r.resources(id).tags(tag("aws:x", "y"))));
    refused(
        "InvalidTagKey.Malformed", () -> ec2.createTags(r -> r.resources(id).tags(tag("", "y"))));
    refused(
        "InvalidParameterValue",
        () -> ec2.createTags(r -> r.resources(id).tags(tag("k".repeat(129), "y"))));
    refused(
        "InvalidParameterValue",
        () -> ec2.createTags(r -> r.resources(id).tags(tag("k", "y".repeat(257)))));
    refused(
        "InvalidParameterValue",
        () -> ec2.createTags(r -> r.resources(id).tags(tag("k", "1"), tag("k", "2"))));
    String other = snapshot();
    ec2.createTags(r -> r.resources(other).tags(tag("日".repeat(128), "本".repeat(256))));
  }

  @Test
  void resourcesMustBeThereAndThenAllAreTaggedOrNone() throws IOException {
    String id = image("web");
    refused("InvalidID", () -> tagAll(id, "vpc-12345678"));
    refused("InvalidAMIID.NotFound", () -> tagAll(id, "ami-00000000000000001"));
    refused("InvalidSnapshot.NotFound", () -> tagAll(id, "snap-00000000000000001"));
    assertThat(describe(id).tags()).isEmpty();
  }

  @Test
  void tagWithoutAValueGetsAnEmptyOne() throws Exception {
    String id = image("web");
    HttpResponse<String> answer =
        Forms.post(
            emulator.endpoint(),
            REGION,
            "Action",
            "CreateTags",
            "ResourceId.1",
            id,
            "Tag.1.Key",
            "k");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(describe(id).tags()).containsExactly(tag("k", ""));
  }

  private void tagAll(String... ids) {
    ec2.createTags(r -> r.resources(ids).tags(tag("k", "v")));
  }

  private List<TagDescription> find(Filter... filters) {
    return ec2.describeTags(r -> r.filters(filters)).tags();
  }

  private static List<Tag> many(int count) {
    return IntStream.range(0, count).mapToObj(i -> tag("key-%02d".formatted(i), "v")).toList();
  }
}

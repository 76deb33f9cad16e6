package amber.ec2;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.Tag;

/** The snapshots of an account and region that are tagged as being made by Amber. */
public final class TaggedSnapshots {

  private final Ec2Connection aws;

  /**
   * One of them.
   *
   * @param state such as {@code pending}
   * @param token the tag's value: the client token of its start
   * @param imageId an image that is made of it, if there is one
   */
  public record Tagged(
      String snapshotId,
      String state,
      Optional<Instant> startedAt,
      String token,
      Optional<String> imageId) {}

  /** Those of a connection's account and region. */
  public TaggedSnapshots(Ec2Connection aws) {
    this.aws = aws;
  }

  /** All of them. */
  public List<Tagged> list() throws IOException {
    return list(Filter.builder().name("tag-key").values(TaskTag.NAME).build());
  }

  /** Those that were begun with a token: one at most, as long as EBS remembers it. */
  List<Tagged> of(String clientToken) throws IOException {
    return list(Filter.builder().name("tag:" + TaskTag.NAME).values(clientToken).build());
  }

  private List<Tagged> list(Filter filter) throws IOException {
    List<Tagged> tagged = new ArrayList<>();
    String next = null;
    do {
      String from = next;
      DescribeSnapshotsResponse page =
          aws.await(
              "snapshots tagged " + TaskTag.NAME,
              () ->
                  aws.ec2()
                      .describeSnapshots(r -> r.ownerIds("self").filters(filter).nextToken(from)));
      for (Snapshot snapshot : page.snapshots()) {
        tagged.add(tagged(snapshot));
      }
      next = page.nextToken();
    } while (next != null && !next.isEmpty());
    return tagged;
  }

  private Tagged tagged(Snapshot snapshot) throws IOException {
    String token =
        snapshot.tags().stream()
            .filter(tag -> tag.key().equals(TaskTag.NAME))
            .map(Tag::value)
            .findFirst()
            .orElse("");
    return new Tagged(
        snapshot.snapshotId(),
        snapshot.stateAsString(),
        Optional.ofNullable(snapshot.startTime()),
        token,
        imageOf(snapshot.snapshotId()));
  }

  private Optional<String> imageOf(String snapshotId) throws IOException {
    Filter filter =
        Filter.builder().name("block-device-mapping.snapshot-id").values(snapshotId).build();
    return aws
        .await(
            snapshotId,
            () ->
                aws.ec2()
                    .describeImages(
                        r ->
                            r.owners("self")
                                .filters(filter)
                                .includeDisabled(true)
                                .includeDeprecated(true)))
        .images()
        .stream()
        .map(image -> image.imageId())
        .findFirst();
  }

  /** Deletes a snapshot; that it is gone already is no failure. */
  public void delete(Tagged tagged) throws IOException {
    try (SnapshotWriter writer = SnapshotWriter.ofNone(aws)) {
      writer.delete(tagged.snapshotId(), false);
    }
  }
}

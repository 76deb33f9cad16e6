package amber.ec2;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;

/** Lists the images of a region that a caller may see. */
public final class ImageList {

  /** The most that one page holds: DescribeImages, MaxResults. */
  private static final int PAGE = 1000;

  private static final String WHERE = "images";

  private final Ec2Connection aws;
  private final Clock clock;

  /** Those of a connection's account and region. */
  public ImageList(Ec2Connection aws) {
    this(aws, Clock.systemUTC());
  }

  ImageList(Ec2Connection aws, Clock clock) {
    this.aws = aws;
    this.clock = clock;
  }

  /** All that are asked for, the oldest first. */
  public List<ImageSummary> find(ImageQuery query) throws IOException {
    DescribeImagesRequest.Builder request =
        DescribeImagesRequest.builder()
            .includeDeprecated(query.deprecated())
            .includeDisabled(query.disabled())
            .filters(filters(query.filters()))
            .maxResults(PAGE);
    if (query.owner().equals(ImageQuery.SHARED)) {
      request.executableUsers(ImageQuery.SELF);
    } else {
      request.owners(query.owner());
    }
    Instant now = clock.instant();
    return all(request.build()).stream()
        .filter(image -> isAskedFor(query, image, now))
        .sorted(
            Comparator.comparing((ImageSummary image) -> image.createdAt().orElse(Instant.EPOCH))
                .thenComparing(ImageSummary::id))
        .toList();
  }

  /**
   * Some by their ids, in that order, in whatever state they are.
   *
   * @throws NoSuchFileException if one of them is not there, or may not be seen
   */
  public List<ImageSummary> of(List<String> ids) throws IOException {
    List<ImageSummary> found = new ArrayList<>();
    AmiReader reader = new AmiReader(aws);
    for (String id : ids) {
      ImageSummary image = ImageSummary.of(reader.find(id));
      if (image.state().equals("deregistered")) {
        // It may be shown for a while.
        throw new NoSuchFileException(id, null, "was deregistered");
      }
      found.add(image);
    }
    return found;
  }

  /** The caller's own among some ids. */
  public Set<String> own(Collection<String> ids) throws IOException {
    Set<String> own = new HashSet<>();
    for (List<String> some : Shares.of(ids)) {
      find(ImageQuery.own().withDisabled().with("image-id", some))
          .forEach(image -> own.add(image.id()));
    }
    return own;
  }

  /** One that may not be known everywhere yet. */
  ImageSummary fresh(String id) throws IOException {
    DescribeImagesResponse answer =
        aws.await(
            id,
            aws.calls().retry(true),
            () ->
                aws.ec2()
                    .describeImages(
                        r -> r.imageIds(id).includeDeprecated(true).includeDisabled(true)));
    return answer.images().stream()
        .findFirst()
        .map(ImageSummary::of)
        .orElseThrow(() -> new NoSuchFileException(id, null, "EC2 does not show it"));
  }

  /** The account's images that have any of some snapshots, by snapshot; disabled ones, too. */
  Map<String, Set<String>> users(Collection<String> snapshotIds) throws IOException {
    Map<String, Set<String>> users = new HashMap<>();
    for (List<String> some : Shares.of(snapshotIds)) {
      Filter filter =
          Filter.builder().name("block-device-mapping.snapshot-id").values(some).build();
      DescribeImagesRequest request =
          DescribeImagesRequest.builder()
              .owners(ImageQuery.SELF)
              .includeDeprecated(true)
              .includeDisabled(true)
              .filters(filter)
              .maxResults(PAGE)
              .build();
      for (ImageSummary image : all(request)) {
        for (String snapshotId : image.snapshotIds()) {
          users.computeIfAbsent(snapshotId, id -> new HashSet<>()).add(image.id());
        }
      }
    }
    users.keySet().retainAll(Set.copyOf(snapshotIds));
    return users;
  }

  /** All pages; one that was deregistered may be shown for a while, and is left out. */
  private List<ImageSummary> all(DescribeImagesRequest request) throws IOException {
    List<ImageSummary> all = new ArrayList<>();
    String token = null;
    do {
      DescribeImagesRequest page = request.toBuilder().nextToken(token).build();
      DescribeImagesResponse answer = aws.await(WHERE, () -> aws.ec2().describeImages(page));
      for (Image image : answer.images()) {
        if (!"deregistered".equals(image.stateAsString())) {
          all.add(ImageSummary.of(image));
        }
      }
      token = answer.nextToken();
    } while (token != null && !token.isEmpty());
    return all;
  }

  private static boolean isAskedFor(ImageQuery query, ImageSummary image, Instant now) {
    Duration age = image.createdAt().map(time -> Duration.between(time, now)).orElse(Duration.ZERO);
    boolean old = query.olderThan().map(least -> age.compareTo(least) > 0).orElse(true);
    boolean idle = image.launchedAt().isEmpty() && age.compareTo(ImageQuery.LAUNCHES_LATE) > 0;
    return old && (idle || !query.neverLaunched());
  }

  private static List<Filter> filters(Map<String, List<String>> filters) {
    return filters.entrySet().stream()
        .map(each -> Filter.builder().name(each.getKey()).values(each.getValue()).build())
        .toList();
  }
}

package amber.ec2;

import amber.work.Preflight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.DescribeImageReferencesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLockedSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** Looks around images: with whom they are shared, what names them, what keeps their snapshots. */
public final class ImageOutlooks {

  /** EC2 API reference, DescribeImageReferences: so many images in a request. */
  private static final int MOST_IMAGES = 10;

  private static final int PAGE = 1000;
  private static final String WHERE = "snapshots";

  private final Ec2Connection aws;

  /** Looks around images of a connection's account and region. */
  public ImageOutlooks(Ec2Connection aws) {
    this.aws = aws;
  }

  /** Looks around some, in their order, but not at the rules of the Recycle Bin. */
  public List<ImageOutlook> of(List<ImageSummary> images) throws IOException {
    return of(images, false);
  }

  /**
   * Looks around some, in their order.
   *
   * @param deregistered whether they shall be, so that the rules of the Recycle Bin matter
   */
  public List<ImageOutlook> of(List<ImageSummary> images, boolean deregistered) throws IOException {
    Map<String, Told<List<String>>> sharing = new ConcurrentHashMap<>();
    Map<String, Told<List<ImageReference>>> references = new ConcurrentHashMap<>();
    Map<String, SnapshotOutlook> snapshots = new ConcurrentHashMap<>();
    AtomicReference<Told<RetentionRules>> rules = new AtomicReference<>(Told.unasked());
    List<Preflight.Part> parts = new ArrayList<>();
    if (deregistered) {
      parts.add(part -> part.check(() -> rules.set(RetentionRules.of(aws))));
    }
    for (ImageSummary image : images) {
      parts.add(part -> part.check(() -> sharing.put(image.id(), sharedWith(image.id()))));
    }
    List<String> ids = images.stream().map(ImageSummary::id).toList();
    for (List<String> some : Shares.of(ids, MOST_IMAGES)) {
      parts.add(part -> part.check(() -> references.putAll(references(some))));
    }
    Set<String> snapshotIds = new TreeSet<>();
    images.forEach(image -> snapshotIds.addAll(image.snapshotIds()));
    Set<String> owners = images.stream().map(ImageSummary::ownerId).collect(Collectors.toSet());
    parts.add(part -> part.check(() -> snapshots.putAll(snapshots(snapshotIds, owners))));
    Preflight asking = new Preflight();
    asking.together(parts);
    asking.requireClear();
    List<ImageOutlook> outlooks = new ArrayList<>();
    for (ImageSummary image : images) {
      outlooks.add(
          new ImageOutlook(
              image,
              sharing.get(image.id()),
              references.get(image.id()),
              image.snapshotIds().stream()
                  .map(snapshots::get)
                  .map(each -> usedByOthers(each, image.id()))
                  .toList(),
              rules.get()));
    }
    return outlooks;
  }

  /** Looks at the snapshots of an image, which may be gone itself. */
  List<SnapshotOutlook> snapshotsOf(String imageId, String ownerId, List<String> snapshotIds)
      throws IOException {
    Map<String, SnapshotOutlook> snapshots = snapshots(new TreeSet<>(snapshotIds), Set.of(ownerId));
    return snapshotIds.stream()
        .map(snapshots::get)
        .map(each -> usedByOthers(each, imageId))
        .toList();
  }

  private static SnapshotOutlook usedByOthers(SnapshotOutlook snapshot, String imageId) {
    Set<String> others = new HashSet<>(snapshot.users());
    others.remove(imageId);
    return new SnapshotOutlook(
        snapshot.id(),
        snapshot.shown(),
        snapshot.ownerId(),
        snapshot.sizeGiB(),
        snapshot.state(),
        snapshot.storageTier(),
        snapshot.restoredUntil(),
        snapshot.fullSizeBytes(),
        snapshot.lock(),
        snapshot.tags(),
        others);
  }

  private Told<List<String>> sharedWith(String imageId) throws IOException {
    return Told.ask(
        () ->
            aws
                .await(
                    imageId,
                    () ->
                        aws.ec2()
                            .describeImageAttribute(
                                r -> r.imageId(imageId).attribute("launchPermission")))
                .launchPermissions()
                .stream()
                .map(ImageOutlooks::text)
                .sorted()
                .toList());
  }

  private static String text(LaunchPermission permission) {
    if (permission.userId() != null) {
      return "account " + permission.userId();
    }
    if (permission.organizationArn() != null) {
      return "organization " + permission.organizationArn();
    }
    if (permission.organizationalUnitArn() != null) {
      return "organizational unit " + permission.organizationalUnitArn();
    }
    return "all".equals(permission.groupAsString())
        ? "everybody"
        : "group " + permission.groupAsString();
  }

  private Map<String, Told<List<ImageReference>>> references(List<String> imageIds)
      throws IOException {
    Told<Map<String, List<ImageReference>>> told = Told.ask(() -> askReferences(imageIds));
    Map<String, Told<List<ImageReference>>> references = new HashMap<>();
    for (String id : imageIds) {
      references.put(
          id,
          told.value()
              .map(all -> Told.of(all.getOrDefault(id, List.of())))
              .orElseGet(() -> Told.not(told.problem().orElse("EC2 does not tell"))));
    }
    return references;
  }

  private Map<String, List<ImageReference>> askReferences(List<String> imageIds)
      throws IOException {
    Map<String, List<ImageReference>> found = new HashMap<>();
    String token = null;
    do {
      String from = token;
      DescribeImageReferencesResponse page =
          aws.await(
              imageIds.get(0),
              () ->
                  aws.ec2()
                      .describeImageReferences(
                          r -> r.imageIds(imageIds).includeAllResourceTypes(true).nextToken(from)));
      for (var each : page.imageReferences()) {
        found
            .computeIfAbsent(each.imageId(), id -> new ArrayList<>())
            .add(new ImageReference(each.resourceTypeAsString(), each.arn()));
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return found;
  }

  private Map<String, SnapshotOutlook> snapshots(Set<String> ids, Set<String> owners)
      throws IOException {
    Map<String, Set<String>> users = new ImageList(aws).users(ids);
    Map<String, Snapshot> shown = new HashMap<>();
    for (List<String> some : Shares.of(ids)) {
      describe(some, shown);
    }
    List<String> own =
        ids.stream()
            .filter(id -> shown.containsKey(id) && owners.contains(shown.get(id).ownerId()))
            .toList();
    Told<Map<String, String>> locks = Told.ask(() -> locks(own));
    Map<String, SnapshotOutlook> outlooks = new HashMap<>();
    for (String id : ids) {
      Told<Optional<String>> lock =
          locks
              .value()
              .map(all -> Told.of(Optional.ofNullable(all.get(id))))
              .orElseGet(() -> Told.not(locks.problem().orElse("EC2 does not tell")));
      outlooks.put(id, of(id, shown.get(id), lock, users.getOrDefault(id, Set.of())));
    }
    return outlooks;
  }

  private static SnapshotOutlook of(
      String id, Snapshot snapshot, Told<Optional<String>> lock, Set<String> users) {
    if (snapshot == null) {
      return SnapshotOutlook.ofNone(id);
    }
    return new SnapshotOutlook(
        id,
        true,
        snapshot.ownerId(),
        snapshot.volumeSize() == null ? 0 : snapshot.volumeSize(),
        snapshot.stateAsString(),
        snapshot.storageTierAsString() == null ? "standard" : snapshot.storageTierAsString(),
        Optional.ofNullable(snapshot.restoreExpiryTime()),
        Optional.ofNullable(snapshot.fullSnapshotSizeInBytes()),
        lock,
        Tags.map(snapshot.tags()),
        users);
  }

  /** By a filter: of ids, one that is not shown would make the whole request fail. */
  private void describe(List<String> ids, Map<String, Snapshot> shown) throws IOException {
    Filter filter = Filter.builder().name("snapshot-id").values(ids).build();
    String token = null;
    do {
      String from = token;
      DescribeSnapshotsResponse page =
          aws.await(
              WHERE,
              () ->
                  aws.ec2()
                      .describeSnapshots(r -> r.filters(filter).maxResults(PAGE).nextToken(from)));
      page.snapshots().forEach(each -> shown.put(each.snapshotId(), each));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
  }

  private Map<String, String> locks(List<String> ids) throws IOException {
    Map<String, String> locks = new HashMap<>();
    for (List<String> some : Shares.of(ids)) {
      String token = null;
      do {
        String from = token;
        DescribeLockedSnapshotsResponse page =
            aws.await(
                WHERE,
                () -> aws.ec2().describeLockedSnapshots(r -> r.snapshotIds(some).nextToken(from)));
        page.snapshots().stream()
            .filter(each -> !"expired".equals(each.lockStateAsString()))
            .forEach(
                each ->
                    locks.put(
                        each.snapshotId(),
                        "%s, until %s".formatted(each.lockStateAsString(), each.lockExpiresOn())));
        token = page.nextToken();
      } while (token != null && !token.isEmpty());
    }
    return locks;
  }
}

package amber.ec2;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ec2.model.Ec2Response;
import software.amazon.awssdk.services.ec2.model.ListImagesInRecycleBinResponse;
import software.amazon.awssdk.services.ec2.model.ListSnapshotsInRecycleBinResponse;

/**
 * What the Recycle Bin keeps of an account's images and snapshots that were deregistered or
 * deleted. An image comes back only after its snapshots. (EC2 User Guide, "Recover AMIs from the
 * Recycle Bin".)
 */
public final class RecycleBin {

  private static final int PAGE = 1000;
  private static final String IMAGES = "images in the Recycle Bin";
  private static final String SNAPSHOTS = "snapshots in the Recycle Bin";
  private static final Pattern SNAPSHOT = Pattern.compile("snap-[0-9a-f]{8,17}");

  private final Ec2Connection aws;

  /**
   * An image or a snapshot in it.
   *
   * @param name of an image
   * @param leavesAt when it is gone for good
   */
  public record Kept(
      String id,
      Optional<String> name,
      Optional<String> description,
      Optional<Instant> enteredAt,
      Optional<Instant> leavesAt) {}

  /** The bin of a connection's account and region. */
  public RecycleBin(Ec2Connection aws) {
    this.aws = aws;
  }

  /** All images in it. */
  public List<Kept> images() throws IOException {
    return images(List.of());
  }

  /** An image, if it is in it. */
  public Optional<Kept> image(String imageId) throws IOException {
    try {
      return images(List.of(imageId)).stream().findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private List<Kept> images(List<String> ids) throws IOException {
    List<Kept> images = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      ListImagesInRecycleBinResponse page =
          aws.await(
              ids.isEmpty() ? IMAGES : ids.get(0),
              () ->
                  aws.ec2()
                      .listImagesInRecycleBin(
                          r ->
                              r.imageIds(ids)
                                  .maxResults(ids.isEmpty() ? PAGE : null)
                                  .nextToken(from)));
      page.images()
          .forEach(
              each ->
                  images.add(
                      new Kept(
                          each.imageId(),
                          Optional.ofNullable(each.name()),
                          Optional.ofNullable(each.description()),
                          Optional.ofNullable(each.recycleBinEnterTime()),
                          Optional.ofNullable(each.recycleBinExitTime()))));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return images;
  }

  /** All snapshots in it. */
  public List<Kept> snapshots() throws IOException {
    return snapshots(List.of());
  }

  /** A snapshot, if it is in it. */
  public Optional<Kept> snapshot(String snapshotId) throws IOException {
    try {
      return snapshots(List.of(snapshotId)).stream().findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private List<Kept> snapshots(List<String> ids) throws IOException {
    List<Kept> snapshots = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      ListSnapshotsInRecycleBinResponse page =
          aws.await(
              ids.isEmpty() ? SNAPSHOTS : ids.get(0),
              () ->
                  aws.ec2()
                      .listSnapshotsInRecycleBin(
                          r ->
                              r.snapshotIds(ids)
                                  .maxResults(ids.isEmpty() ? PAGE : null)
                                  .nextToken(from)));
      page.snapshots()
          .forEach(
              each ->
                  snapshots.add(
                      new Kept(
                          each.snapshotId(),
                          Optional.empty(),
                          Optional.ofNullable(each.description()),
                          Optional.ofNullable(each.recycleBinEnterTime()),
                          Optional.ofNullable(each.recycleBinExitTime()))));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return snapshots;
  }

  /** Asks whether the caller may take an image back. */
  public void tryOut(String imageId) throws IOException {
    ImageLife.tryOut(
        aws, imageId, ec2 -> ec2.restoreImageFromRecycleBin(r -> r.imageId(imageId).dryRun(true)));
  }

  /**
   * Takes an image back, its snapshots first: those that are named, and those that EC2 names when
   * it refuses the image because of them.
   *
   * @param snapshotIds those that are known to be its own; one that is not in the bin is let be
   * @param restored told of each snapshot that came back; they stay when the image does not
   * @throws NoSuchFileException if there is no such image in the bin
   */
  public ImageSummary recover(String imageId, List<String> snapshotIds, Consumer<String> restored)
      throws IOException {
    Set<String> tried = new LinkedHashSet<>();
    for (String snapshotId : snapshotIds) {
      if (tried.add(snapshotId) && snapshot(snapshotId).isPresent()) {
        recoverSnapshot(snapshotId, restored);
      }
    }
    while (true) {
      try {
        recoverImage(imageId);
        return new ImageList(aws).fresh(imageId);
      } catch (AwsException e) {
        if (!recoverNamed(e, tried, restored)) {
          throw e;
        }
      }
    }
  }

  /** Takes back what a refusal names; whether there was anything that was not tried before. */
  private boolean recoverNamed(AwsException refusal, Set<String> tried, Consumer<String> restored)
      throws IOException {
    if (refusal.kind() != AwsException.Kind.REFUSED
        && refusal.kind() != AwsException.Kind.INVALID) {
      return false;
    }
    boolean any = false;
    Matcher named = SNAPSHOT.matcher(String.valueOf(refusal.getMessage()));
    while (named.find()) {
      if (tried.add(named.group()) && snapshot(named.group()).isPresent()) {
        recoverSnapshot(named.group(), restored);
        any = true;
      }
    }
    return any;
  }

  private void recoverSnapshot(String snapshotId, Consumer<String> restored) throws IOException {
    askTwice(
        snapshotId,
        () -> aws.ec2().restoreSnapshotFromRecycleBin(r -> r.snapshotId(snapshotId)),
        () -> SnapshotDescription.of(aws, snapshotId));
    restored.accept(snapshotId);
  }

  private void recoverImage(String imageId) throws IOException {
    askTwice(
        imageId,
        () -> aws.ec2().restoreImageFromRecycleBin(r -> r.imageId(imageId)),
        () -> new ImageList(aws).of(List.of(imageId)));
  }

  /** Fails unless what was taken back is there. */
  private interface Look {
    void run() throws IOException;
  }

  /** If an answer is lost, the next attempt finds nothing in the bin, but it is out of it. */
  private void askTwice(
      String where, Supplier<CompletableFuture<? extends Ec2Response>> request, Look look)
      throws IOException {
    aws.calls()
        .retry()
        .call(
            (number, limit) -> {
              try {
                return aws.await(where, request.get(), limit);
              } catch (NoSuchFileException e) {
                if (number == 1) {
                  throw e;
                }
                look.run();
                return null;
              }
            });
  }
}

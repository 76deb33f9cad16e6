package amber.ec2;

import amber.ec2.SnapshotEnd.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.DeleteSnapshotReturnCode;
import software.amazon.awssdk.services.ec2.model.DeregisterImageResponse;

/**
 * Takes images out of EC2, and their snapshots if that is wanted. DeregisterImage knows no client
 * token: if an answer is lost, the next attempt finds no image, and what became of the snapshots is
 * to be seen by looking.
 */
public final class ImageDeregistration {

  private final Ec2Connection aws;

  /** Takes away images of a connection's account and region. */
  public ImageDeregistration(Ec2Connection aws) {
    this.aws = aws;
  }

  /** Asks whether the caller may, which is all that EC2 can be asked without doing it. */
  public void tryOut(String imageId, boolean withSnapshots) throws IOException {
    ImageLife.tryOut(
        aws,
        imageId,
        ec2 ->
            ec2.deregisterImage(
                r -> r.imageId(imageId).deleteAssociatedSnapshots(withSnapshots).dryRun(true)));
  }

  /**
   * Deregisters an image.
   *
   * @param withSnapshots whether its snapshots shall be deleted; EC2 leaves those that another
   *     image uses
   * @return what became of each of them
   * @throws NoSuchFileException if there is no such image
   * @throws IOException if EC2 refuses, or nobody knows whether it was done
   */
  public List<SnapshotEnd> run(ImageSummary image, boolean withSnapshots) throws IOException {
    Optional<DeregisterImageResponse> answer;
    try {
      answer = ask(image.id(), withSnapshots);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (!AwsErrors.is(e, AwsException.Kind.TRANSIENT) || !isGone(image.id(), e)) {
        throw e;
      }
      answer = Optional.empty();
    }
    return withSnapshots && answer.isPresent()
        ? told(image, answer.get())
        : look(image.id(), image.ownerId(), image.snapshotIds(), withSnapshots);
  }

  /**
   * Looks what became of the snapshots of an image that is deregistered already.
   *
   * @param ownerId the image's
   * @param withSnapshots whether they were to be deleted
   */
  public List<SnapshotEnd> look(
      String imageId, String ownerId, List<String> snapshotIds, boolean withSnapshots)
      throws IOException {
    return withSnapshots
        ? seen(imageId, ownerId, snapshotIds)
        : snapshotIds.stream().map(id -> SnapshotEnd.of(id, Kind.KEPT)).toList();
  }

  /** EC2's answer; none if an attempt before has worked, and its answer was lost. */
  private Optional<DeregisterImageResponse> ask(String imageId, boolean withSnapshots)
      throws IOException {
    return aws.calls()
        .retry()
        .call(
            (number, limit) -> {
              try {
                return Optional.of(
                    aws.await(
                        imageId,
                        aws.ec2()
                            .deregisterImage(
                                r -> r.imageId(imageId).deleteAssociatedSnapshots(withSnapshots)),
                        limit));
              } catch (IOException e) {
                if (number == 1 || !saysGone(e)) {
                  throw e;
                }
                return Optional.empty();
              }
            });
  }

  private static boolean saysGone(IOException failure) {
    return AwsErrors.isNotFound(failure) || AwsErrors.hasCode(failure, "InvalidAMIID.Unavailable");
  }

  private boolean isGone(String imageId, IOException failure) {
    try {
      new ImageList(aws).of(List.of(imageId));
      return false;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private static List<SnapshotEnd> told(ImageSummary image, DeregisterImageResponse answer) {
    Map<String, SnapshotEnd> ends = new HashMap<>();
    for (DeleteSnapshotReturnCode each : answer.deleteSnapshotResults()) {
      ends.put(each.snapshotId(), SnapshotEnd.ofCode(each.snapshotId(), each.returnCodeAsString()));
    }
    return image.snapshotIds().stream()
        .map(id -> ends.getOrDefault(id, unknown(id, "EC2 does not say what became of it")))
        .toList();
  }

  private List<SnapshotEnd> seen(String imageId, String ownerId, List<String> snapshotIds)
      throws IOException {
    List<SnapshotEnd> ends = new ArrayList<>();
    for (SnapshotOutlook left : new ImageOutlooks(aws).snapshotsOf(imageId, ownerId, snapshotIds)) {
      Optional<String> why = left.shown() ? left.keptBecause(ownerId) : Optional.empty();
      if (!left.shown()) {
        ends.add(SnapshotEnd.of(left.id(), Kind.DELETED));
      } else if (!left.users().isEmpty()) {
        ends.add(new SnapshotEnd(left.id(), Kind.SKIPPED, why));
      } else {
        ends.add(unknown(left.id(), why.orElse("it is still there, and EC2's answer was lost")));
      }
    }
    return ends;
  }

  private static SnapshotEnd unknown(String snapshotId, String why) {
    return new SnapshotEnd(snapshotId, Kind.UNKNOWN, Optional.of(why));
  }
}

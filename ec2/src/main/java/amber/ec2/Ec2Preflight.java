package amber.ec2;

import amber.image.Image;
import amber.work.Preflight;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * Finds out, before any work, what would stop it: everything that EC2 and EBS can be asked without
 * making anything. All of it is told to a {@link Preflight}.
 */
public final class Ec2Preflight {

  private Ec2Preflight() {}

  /**
   * Whether an image can be packed: it is there, and each of its snapshots can be listed and read.
   * One block of each is read.
   *
   * @return the image and its snapshots, opened, if nothing stands in the way
   */
  public static Optional<PackableImage> packing(
      Ec2Connection aws, String imageId, Preflight preflight) throws InterruptedIOException {
    AtomicReference<PackableImage> opened = new AtomicReference<>();
    preflight.together(
        List.of(
            part -> opened.set(new PackCheck(aws, part).image(imageId)),
            part -> limits(aws, imageId, part)));
    return Optional.ofNullable(opened.get());
  }

  /**
   * Whether a snapshot can be packed. One block of it is read.
   *
   * @return the snapshot as an image of one volume, opened, if nothing stands in the way
   */
  public static Optional<PackableImage> packingSnapshot(
      Ec2Connection aws, String snapshotId, Preflight preflight) throws InterruptedIOException {
    AtomicReference<PackableImage> opened = new AtomicReference<>();
    preflight.together(
        List.of(
            part -> opened.set(new PackCheck(aws, part).snapshot(snapshotId)),
            part -> limits(aws, snapshotId, part)));
    return Optional.ofNullable(opened.get());
  }

  /** What the account may read, which nothing fails of. */
  private static void limits(Ec2Connection aws, String where, Preflight preflight)
      throws InterruptedIOException {
    AccountLimits limits = aws.limits();
    preflight.found(
        where,
        "%.0f blocks may be read each second, %s"
            .formatted(limits.getsPerSecond(), limits.origin()));
  }

  /**
   * Whether an image can be made of new snapshots: EC2 will take its name and attributes, its
   * snapshots can be begun, and the caller may do all that it takes.
   *
   * @param image what is wanted
   * @param requests what each snapshot shall be, by the volume's number
   * @param withoutProductCodes whether an image with product codes may be registered without them
   * @return what becomes of the snapshots, as far as it could be found out
   */
  public static UnpackOutlook unpacking(
      Ec2Connection aws,
      Image image,
      String name,
      IntFunction<SnapshotRequest> requests,
      boolean withoutProductCodes,
      Preflight preflight)
      throws InterruptedIOException {
    return goingOn(aws, image, name, requests, withoutProductCodes, Set.of(), preflight);
  }

  /**
   * As above, for what an earlier run has begun.
   *
   * @param snapshotIds the image's that are begun; it may even be registered
   */
  public static UnpackOutlook goingOn(
      Ec2Connection aws,
      Image image,
      String name,
      IntFunction<SnapshotRequest> requests,
      boolean withoutProductCodes,
      Set<String> snapshotIds,
      Preflight preflight)
      throws InterruptedIOException {
    return new UnpackCheck(aws, image, name, requests, snapshotIds, preflight)
        .check(withoutProductCodes);
  }

  /**
   * Whether an image of which nothing is known could be made: what does not depend on the image.
   *
   * @param any stands for the image; a plain one
   * @param name it shall get, if that is known
   * @param requests what each snapshot shall be, by the volume's number
   */
  public static void unpackingAny(
      Ec2Connection aws,
      Image any,
      Optional<String> name,
      IntFunction<SnapshotRequest> requests,
      Preflight preflight)
      throws InterruptedIOException {
    new UnpackCheck(aws, any, name.orElse(""), requests, Set.of(), preflight).check(true);
  }
}

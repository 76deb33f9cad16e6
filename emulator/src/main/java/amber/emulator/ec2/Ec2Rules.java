package amber.emulator.ec2;

import java.time.Duration;

/**
 * What may be set of EC2. All of it is off unless a test or a user asks for it.
 *
 * @param imageDelay how long a new image is not found, as EC2 is only eventually consistent
 * @param pendingFor how long a new image stays pending
 * @param nameKeptFor how long a name stays taken after its image was deregistered
 * @param deregisteredShownFor how long DescribeImages still shows a deregistered image
 * @param snapshotFlapsFor how long after its completion every other DescribeSnapshots still says
 *     that a snapshot is pending
 * @param tieringTakes how long a snapshot needs into the archive or out of it
 * @param unstableDevices whether every answer has the devices of an image in another order
 * @param shortPages whether the filters apply to a page after it was cut, which makes it shorter
 *     than asked for, or empty with a token
 */
public record Ec2Rules(
    Duration imageDelay,
    Duration pendingFor,
    Duration nameKeptFor,
    Duration deregisteredShownFor,
    Duration snapshotFlapsFor,
    Duration tieringTakes,
    boolean unstableDevices,
    boolean shortPages) {

  /** Everything at once, in one order, and on full pages. */
  public static final Ec2Rules DEFAULT =
      new Ec2Rules(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          false,
          false);

  /** The same with images that are found, and become available, only after a while. */
  public Ec2Rules withNewImages(Duration notFoundFor, Duration staysPendingFor) {
    return new Ec2Rules(
        notFoundFor,
        staysPendingFor,
        nameKeptFor,
        deregisteredShownFor,
        snapshotFlapsFor,
        tieringTakes,
        unstableDevices,
        shortPages);
  }

  /** The same with deregistered images that keep their names, and are shown, for a while. */
  public Ec2Rules withDeregisteredImages(Duration keepName, Duration show) {
    return new Ec2Rules(
        imageDelay,
        pendingFor,
        keepName,
        show,
        snapshotFlapsFor,
        tieringTakes,
        unstableDevices,
        shortPages);
  }

  /** The same with completed snapshots that now and then look pending, for a while. */
  public Ec2Rules withSnapshotFlapsFor(Duration time) {
    return new Ec2Rules(
        imageDelay,
        pendingFor,
        nameKeptFor,
        deregisteredShownFor,
        time,
        tieringTakes,
        unstableDevices,
        shortPages);
  }

  /** The same with moves between the tiers that take a while. */
  public Ec2Rules withTieringTakes(Duration time) {
    return new Ec2Rules(
        imageDelay,
        pendingFor,
        nameKeptFor,
        deregisteredShownFor,
        snapshotFlapsFor,
        time,
        unstableDevices,
        shortPages);
  }

  /** The same with devices in another order each time, and pages that are not full. */
  public Ec2Rules withDisorder(boolean devices, boolean pages) {
    return new Ec2Rules(
        imageDelay,
        pendingFor,
        nameKeptFor,
        deregisteredShownFor,
        snapshotFlapsFor,
        tieringTakes,
        devices,
        pages);
  }
}

package amber.emulator.state;

import java.util.Optional;

/**
 * A volume that an instance gets from an image.
 *
 * @param snapshotId what it starts from; without one it starts empty
 * @param iops as registered, or the type's baseline
 * @param throughputMiB in MiB/s, gp3 only
 */
public record EbsDevice(
    Optional<String> snapshotId,
    int volumeSizeGiB,
    String volumeType,
    Optional<Integer> iops,
    Optional<Integer> throughputMiB,
    boolean deleteOnTermination,
    boolean encrypted) {}

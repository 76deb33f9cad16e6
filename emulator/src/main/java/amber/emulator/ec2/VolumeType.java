package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A type of volumes and what it allows.
 *
 * @param sizes in GiB
 * @param iops empty where nobody may set them
 * @param mostIopsPerGiB how many more IOPS than the least a volume of a size may have
 */
record VolumeType(String wire, Range sizes, Optional<Range> iops, int mostIopsPerGiB) {

  private static final String GP3 = "gp3";
  private static final int GP3_IOPS = 3000;
  private static final Range THROUGHPUT = new Range(125, 2000);
  private static final double MOST_THROUGHPUT_PER_IOPS = 0.25;
  private static final int GP2_LEAST_IOPS = 100;
  private static final int GP2_MOST_IOPS = 16_000;

  private static final VolumeType GP2 = plain("gp2", 1, 16_384);

  private static final List<VolumeType> ALL =
      List.of(
          GP2,
          new VolumeType(GP3, new Range(1, 65_536), Optional.of(new Range(GP3_IOPS, 80_000)), 500),
          new VolumeType("io1", new Range(4, 16_384), Optional.of(new Range(100, 64_000)), 50),
          new VolumeType("io2", new Range(4, 65_536), Optional.of(new Range(100, 256_000)), 1000),
          plain("st1", 125, 16_384),
          plain("sc1", 125, 16_384),
          plain("standard", 1, 1024));

  /** What a volume is of whose type nobody names. */
  static final VolumeType USUAL = GP2;

  /** From the least to the most that is allowed. */
  record Range(int least, int most) {

    boolean holds(int value) {
      return value >= least && value <= most;
    }
  }

  private static VolumeType plain(String wire, int least, int most) {
    return new VolumeType(wire, new Range(least, most), Optional.empty(), 0);
  }

  /** The type of this name. */
  static VolumeType of(String word) throws FailureException {
    return ALL.stream()
        .filter(type -> type.wire.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Ec2Failures.of(
                    "UnknownVolumeType",
                    "The volume type '"
                        + word
                        + "' is unknown. Valid values: "
                        + String.join(" | ", ALL.stream().map(VolumeType::wire).toList())));
  }

  /** Refuses a size that the type does not have. */
  void checkSize(int sizeGiB) throws FailureException {
    if (sizeGiB < sizes.least()) {
      throw Ec2Failures.invalid(
          "Volume of %dGiB is too small for volume type %s; minimum is %dGiB."
              .formatted(sizeGiB, wire, sizes.least()));
    }
    if (sizeGiB > sizes.most()) {
      throw Ec2Failures.invalid(
          "Volume of %dGiB is too large for volume type %s; maximum is %dGiB."
              .formatted(sizeGiB, wire, sizes.most()));
    }
  }

  /** The IOPS that DescribeImages shows, after checking those asked for. */
  Optional<Integer> iops(Optional<Integer> asked, int sizeGiB) throws FailureException {
    if (iops.isEmpty()) {
      if (asked.isPresent()) {
        throw Ec2Failures.combination(
            "The parameter iops is not supported for " + wire + " volumes.");
      }
      // Shown although nobody may set it: a trap for who sends back what was described.
      return equals(GP2)
          ? Optional.of(Math.max(GP2_LEAST_IOPS, Math.min(GP2_MOST_IOPS, 3 * sizeGiB)))
          : Optional.empty();
    }
    if (asked.isEmpty() && !wire.equals(GP3)) {
      throw Ec2Failures.of(
          "MissingParameter", "The parameter iops must be specified for " + wire + " volumes.");
    }
    Range range = iops.get();
    int value = asked.orElse(GP3_IOPS);
    if (value > range.most()) {
      throw Ec2Failures.of(
          "MaxIOPSLimitExceeded",
          "Volume iops of %d is too high; maximum is %d.".formatted(value, range.most()));
    }
    if (!range.holds(value)) {
      throw Ec2Failures.invalid(
          "Volume iops of %d is too low; minimum is %d.".formatted(value, range.least()));
    }
    double ratio = (double) value / sizeGiB;
    if (asked.isPresent() && value > range.least() && ratio > mostIopsPerGiB) {
      throw Ec2Failures.invalid(
          "Iops to volume size ratio of %s is too high; maximum is %d"
              .formatted(six(ratio), mostIopsPerGiB));
    }
    return Optional.of(value);
  }

  /** The throughput that DescribeImages shows, after checking the one asked for. */
  Optional<Integer> throughput(Optional<Integer> asked, Optional<Integer> volumeIops)
      throws FailureException {
    if (!wire.equals(GP3)) {
      if (asked.isPresent()) {
        throw Ec2Failures.combination("throughput can only be specified for volumeType gp3.");
      }
      return Optional.empty();
    }
    int value = asked.orElse(THROUGHPUT.least());
    if (!THROUGHPUT.holds(value)) {
      throw Ec2Failures.invalid(
          "Volume throughput of %d MiB/s is out of range; minimum is %d and maximum is %d."
              .formatted(value, THROUGHPUT.least(), THROUGHPUT.most()));
    }
    double ratio = (double) value / volumeIops.orElse(GP3_IOPS);
    if (ratio > MOST_THROUGHPUT_PER_IOPS) {
      throw Ec2Failures.invalid(
          "Throughput (MiBps) to iops ratio of %s is too high; maximum is %s MiBps per iops"
              .formatted(six(ratio), six(MOST_THROUGHPUT_PER_IOPS)));
    }
    return Optional.of(value);
  }

  private static String six(double ratio) {
    return String.format(Locale.ROOT, "%.6f", ratio);
  }
}

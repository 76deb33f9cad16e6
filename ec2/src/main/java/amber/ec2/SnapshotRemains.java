package amber.ec2;

import amber.block.VolumeRemains;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/** What an earlier run left of a snapshot, as it noted it, and as EC2 shows it. */
final class SnapshotRemains {

  private static final String PENDING = "pending";
  private static final String COMPLETED = "completed";

  private final Ec2Connection aws;
  private final SnapshotToken token;
  private final Optional<SnapshotSum> sum;

  private SnapshotRemains(Ec2Connection aws, SnapshotToken token, Optional<SnapshotSum> sum) {
    this.aws = aws;
    this.token = token;
    this.sum = sum;
  }

  static SnapshotRemains of(Ec2Connection aws, VolumeRemains noted) throws IOException {
    Optional<SnapshotSum> sum = Optional.empty();
    if (noted.receipt().isPresent()) {
      sum = Optional.of(SnapshotSum.read(noted.receipt().get()));
    }
    return new SnapshotRemains(aws, SnapshotToken.read(noted.token()), sum);
  }

  SnapshotToken token() {
    return token;
  }

  /** With what it was to be completed, if it came so far. */
  Optional<SnapshotSum> sum() {
    return sum;
  }

  /** All snapshots that it may be; none if it was never begun, or is gone. */
  List<String> snapshotIds() throws IOException {
    if (token.snapshotId().isPresent()) {
      return List.of(token.snapshotId().get());
    }
    return new TaggedSnapshots(aws)
        .of(token.clientToken()).stream().map(TaggedSnapshots.Tagged::snapshotId).toList();
  }

  /** The snapshot if it can be gone on with. */
  Optional<String> usable() throws IOException {
    for (String id : snapshotIds()) {
      String state = state(id);
      // Whoever completed it noted that before, or could not: then nobody knows what it holds.
      if (state.equals(PENDING) || (state.equals(COMPLETED) && sum.isPresent())) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /** Waits as long as EC2 may take to show one that was begun just before the run ended. */
  private String state(String id) throws IOException {
    long began = System.nanoTime();
    Looks looks = new Looks(aws.settings().poll());
    while (true) {
      try {
        return SnapshotDescription.of(aws, id).state();
      } catch (NoSuchFileException e) {
        if (System.nanoTime() - began > aws.settings().freshLimit().toNanos()) {
          return "gone";
        }
      }
      looks.pause(id);
    }
  }
}

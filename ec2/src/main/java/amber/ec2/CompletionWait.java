package amber.ec2;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Waits for snapshots until all of them can be used. */
final class CompletionWait {

  /**
   * EC2 is only eventually consistent: one look that says completed may be followed by one that
   * does not.
   */
  private static final int SIGHTINGS = 3;

  private final Ec2Connection aws;
  private final long began = System.nanoTime();

  CompletionWait(Ec2Connection aws) {
    this.aws = aws;
  }

  void await(List<String> snapshotIds) throws IOException {
    Looks looks = new Looks(aws.settings().poll());
    for (int sightings = 0; sightings < SIGHTINGS; ) {
      List<String> pending = pending(snapshotIds);
      if (!pending.isEmpty()) {
        sightings = 0;
        looks.pause("%s to be completed".formatted(String.join(", ", pending)));
      } else if (++sightings < SIGHTINGS) {
        looks.settle("%s to be completed".formatted(String.join(", ", snapshotIds)));
      }
    }
  }

  private List<String> pending(List<String> snapshotIds) throws IOException {
    List<String> pending = new ArrayList<>();
    for (String snapshotId : snapshotIds) {
      if (!isCompleted(snapshotId)) {
        pending.add(snapshotId);
      }
    }
    return pending;
  }

  private boolean isCompleted(String snapshotId) throws IOException {
    Optional<SnapshotDescription> found = look(snapshotId);
    String state = found.map(SnapshotDescription::state).orElse("not to be found");
    if (state.equals("completed")) {
      return true;
    }
    if (state.equals("error")) {
      throw new IOException(
          "%s: is in error%s, should be completed"
              .formatted(
                  snapshotId,
                  found
                      .flatMap(SnapshotDescription::stateMessage)
                      .map(message -> " (" + message + ")")
                      .orElse("")));
    }
    Duration limit = aws.settings().snapshotLimit();
    if (isOver(limit)) {
      throw new IOException(
          "%s: is %s after %d s, should be completed"
              .formatted(snapshotId, state, limit.toSeconds()));
    }
    return false;
  }

  private Optional<SnapshotDescription> look(String snapshotId) throws IOException {
    try {
      return Optional.of(SnapshotDescription.of(aws, snapshotId));
    } catch (NoSuchFileException e) {
      // Whoever was shown the snapshot may be told at the next look that there is none.
      if (isOver(aws.settings().freshLimit())) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private boolean isOver(Duration limit) {
    return System.nanoTime() - began > limit.toNanos();
  }
}

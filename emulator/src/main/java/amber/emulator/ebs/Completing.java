package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** CompleteSnapshot. */
final class Completing {

  private static final String COUNT = "x-amz-ChangedBlocksCount";
  private static final String METHOD = "x-amz-Checksum-Aggregation-Method";

  private final EbsRules rules;

  Completing(EbsRules rules) {
    this.rules = rules;
  }

  Response complete(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = Access.writable(region, id, request);
    if (snapshot.state() != SnapshotState.PENDING) {
      throw Access.wrongState(snapshot, "pending");
    }
    SnapshotBlocks blocks = region.snapshots().blocks(id);
    checkCount(request, blocks);
    checkSum(request, blocks);
    // Asked for again while it is on its way, the answer is the same: the first may have been lost.
    if (snapshot.writing().completesAt().isEmpty()) {
      region.snapshots().complete(id, rules.completionDelay());
    }
    return EbsFailures.json(202, Map.of("Status", SnapshotState.PENDING.wire()));
  }

  private static void checkCount(Request request, SnapshotBlocks blocks) throws FailureException {
    int count = Parameters.header(request, COUNT);
    if (count != blocks.ownCount()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The changed blocks count is %d, but %d blocks were written."
              .formatted(count, blocks.ownCount()));
    }
  }

  private static void checkSum(Request request, SnapshotBlocks blocks) throws IOException {
    Optional<String> sum = Blocks.checksum(request);
    Optional<String> algorithm = Blocks.checksumAlgorithm(request);
    Optional<String> method = request.header(METHOD);
    if (sum.isEmpty() && algorithm.isEmpty() && method.isEmpty()) {
      return;
    }
    if (sum.isEmpty()
        || !algorithm.equals(Optional.of(Blocks.ALGORITHM))
        || !method.equals(Optional.of("LINEAR"))) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "A checksum needs its algorithm, SHA256, and its aggregation method, LINEAR.");
    }
    String actual = linear(blocks);
    if (!sum.get().equals(actual)) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The checksum of the snapshot is %s, and not %s.".formatted(actual, sum.get()));
    }
  }

  /** The SHA-256 of the raw digests of all blocks written, in the order of their indexes. */
  private static String linear(SnapshotBlocks blocks) throws IOException {
    MessageDigest all = Blocks.sha256();
    for (int index = blocks.nextOwn(0); index >= 0; index = blocks.nextOwn(index + 1)) {
      all.update(blocks.sha256(index));
    }
    return Blocks.base64(all.digest());
  }
}

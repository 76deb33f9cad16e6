package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Header;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** GetSnapshotBlock and PutSnapshotBlock. */
final class Blocks {

  static final String ALGORITHM = "SHA256";

  private static final String DATA_LENGTH = "x-amz-Data-Length";
  private static final String CHECKSUM = "x-amz-Checksum";
  private static final String CHECKSUM_ALGORITHM = "x-amz-Checksum-Algorithm";
  private static final String PROGRESS = "x-amz-Progress";

  private final Listing listing;
  private final Set<String> beingWritten = ConcurrentHashMap.newKeySet();

  Blocks(Listing listing) {
    this.listing = listing;
  }

  Response get(Region region, String id, String indexText, Request request) throws IOException {
    Snapshot snapshot = Access.readable(region, id, request);
    int index = inBounds(snapshot, Parameters.blockIndex(indexText));
    listing.check(region, snapshot, index, request.target().parameter("blockToken").orElse(""));
    SnapshotBlocks blocks = region.snapshots().blocks(id);
    return new Response(
        200,
        List.of(
            new Header("Content-Type", "application/octet-stream"),
            new Header(DATA_LENGTH, Integer.toString(SnapshotBlocks.BLOCK_BYTES)),
            new Header(CHECKSUM, base64(blocks.sha256(index))),
            new Header(CHECKSUM_ALGORITHM, ALGORITHM)),
        SnapshotBlocks.BLOCK_BYTES,
        out -> blocks.copy(index, out));
  }

  Response put(Region region, String id, String indexText, Request request) throws IOException {
    Snapshot snapshot = pending(region, id, request);
    int index = inBounds(snapshot, Parameters.blockIndex(indexText));
    checkHeaders(request);
    // Two writers of one block at once cannot both be right.
    String key = region.name() + " " + id + " " + index;
    if (!beingWritten.add(key)) {
      throw EbsFailures.invalid(
          EbsFailures.CONFLICTING_BLOCK_UPDATE,
          "The block " + index + " of '" + id + "' is being written by another request.");
    }
    try {
      byte[] block = body(request);
      byte[] sum = sha256().digest(block);
      checkSum(request, sum);
      pending(region, id, request);
      region.snapshots().blocks(id).write(index, block, sum);
      region.snapshots().touch(id);
      reportProgress(region, snapshot, request);
      return EbsFailures.json(201, Map.of())
          .with(CHECKSUM, base64(sum))
          .with(CHECKSUM_ALGORITHM, ALGORITHM);
    } finally {
      beingWritten.remove(key);
    }
  }

  private static Snapshot pending(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = Access.writable(region, id, request);
    if (snapshot.state() != SnapshotState.PENDING || snapshot.writing().completesAt().isPresent()) {
      throw Access.wrongState(snapshot, "pending and not yet completed");
    }
    return snapshot;
  }

  private static int inBounds(Snapshot snapshot, int index) throws FailureException {
    if (index >= snapshot.blockCount()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_BLOCK,
          "The block index %d is past the end of '%s', whose last block is %d."
              .formatted(index, snapshot.id(), snapshot.blockCount() - 1));
    }
    return index;
  }

  private static void checkHeaders(Request request) throws FailureException {
    if (Parameters.header(request, DATA_LENGTH) != SnapshotBlocks.BLOCK_BYTES) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The data length must be " + SnapshotBlocks.BLOCK_BYTES + ".");
    }
    if (!Parameters.requiredHeader(request, CHECKSUM_ALGORITHM).equals(ALGORITHM)) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE, "The checksum algorithm must be SHA256.");
    }
    if (request.header(PROGRESS).isPresent()) {
      int progress = Parameters.header(request, PROGRESS);
      if (progress < 0 || progress > 100) {
        throw EbsFailures.invalid(
            EbsFailures.INVALID_PARAMETER_VALUE, "The progress must be between 0 and 100.");
      }
    }
    Parameters.requiredHeader(request, CHECKSUM);
  }

  private static void reportProgress(Region region, Snapshot snapshot, Request request)
      throws IOException {
    if (request.header(PROGRESS).isPresent()) {
      int percent = Parameters.header(request, PROGRESS);
      if (percent != snapshot.progress()) {
        region.snapshots().update(snapshot.id(), old -> old.withProgress(percent));
      }
    }
  }

  private static byte[] body(Request request) throws IOException {
    byte[] block = new byte[SnapshotBlocks.BLOCK_BYTES];
    int read;
    try {
      read = request.body().readNBytes(block, 0, block.length);
    } catch (IOException e) {
      read = -1;
    }
    if (read != block.length || request.body().read() >= 0) {
      // The words and the reason of AWS, which a client is told to take as worth another attempt.
      throw EbsFailures.invalid(EbsFailures.INVALID_PARAMETER_VALUE, "Failed to read block data");
    }
    return block;
  }

  private static void checkSum(Request request, byte[] sum) throws FailureException {
    String stated = Parameters.requiredHeader(request, CHECKSUM);
    if (!stated.equals(base64(sum))) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The checksum of the data is %s, and not %s.".formatted(base64(sum), stated));
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: no SHA-256", e);
    }
  }

  static Optional<String> checksum(Request request) {
    return request.header(CHECKSUM);
  }

  static Optional<String> checksumAlgorithm(Request request) {
    return request.header(CHECKSUM_ALGORITHM);
  }
}

package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.Writing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** StartSnapshot. */
final class Starting {

  private final EbsRules rules;
  private final Map<String, Shelf<Started>> started = new ConcurrentHashMap<>();

  Starting(EbsRules rules) {
    this.rules = rules;
  }

  /**
   * A start that a client token stands for.
   *
   * @param id a digest of the token, which may hold what a file name cannot
   */
  record Started(String id, String fingerprint, String snapshotId) {}

  Response start(Region region, Request request) throws IOException {
    StartRequest asked = StartRequest.read(request);
    // Alone in the region, so that one token and one place in the quota are not given twice.
    return region.exclusively(() -> start(region, asked, request));
  }

  private Response start(Region region, StartRequest asked, Request request) throws IOException {
    Shelf<Started> tokens = tokens(region);
    Optional<String> key = asked.clientToken().map(Starting::digest);
    Optional<Started> before = key.flatMap(tokens::find);
    if (before.isPresent()) {
      if (!before.get().fingerprint().equals(asked.fingerprint())) {
        throw EbsFailures.conflict(asked.clientToken().orElseThrow());
      }
      Optional<Snapshot> same = region.snapshots().find(before.get().snapshotId());
      if (same.isPresent()) {
        return answer(same.get());
      }
    }
    Snapshot snapshot = snapshot(region, asked, request);
    checkQuota(region);
    region.snapshots().add(snapshot);
    if (key.isPresent()) {
      tokens.put(new Started(key.get(), asked.fingerprint(), snapshot.id()));
    }
    return answer(snapshot);
  }

  private Snapshot snapshot(Region region, StartRequest asked, Request request) throws IOException {
    Optional<Snapshot> parent = Optional.empty();
    if (asked.parentId().isPresent()) {
      parent = Optional.of(Access.readable(region, asked.parentId().get(), request));
      checkSize(asked, parent.get());
    }
    Optional<String> key = Encryption.key(region, asked, parent);
    Instant now = region.clock().instant();
    return Snapshot.started(
        region,
        asked.volumeSizeGiB(),
        parent,
        key,
        asked.description(),
        asked.tags(),
        new Writing(
            asked.timeoutMinutes(), now, now.plus(rules.notFoundWindow()), Optional.empty()));
  }

  private static void checkSize(StartRequest asked, Snapshot parent) throws FailureException {
    if (asked.volumeSizeGiB() < parent.volumeSizeGiB()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_VOLUME_SIZE,
          "The volume size must be at least the parent's, %d GiB."
              .formatted(parent.volumeSizeGiB()));
    }
  }

  private void checkQuota(Region region) throws IOException {
    List<Snapshot> all = region.snapshots().all();
    int most = rules.quotas().pendingSnapshots();
    long pending =
        all.stream().filter(snapshot -> snapshot.state() == SnapshotState.PENDING).count();
    if (most > 0 && pending >= most) {
      throw EbsFailures.tooManyPending(most);
    }
    if (rules.quotas().snapshots() > 0 && all.size() >= rules.quotas().snapshots()) {
      throw EbsFailures.tooManySnapshots(rules.quotas().snapshots());
    }
  }

  private Shelf<Started> tokens(Region region) throws IOException {
    Shelf<Started> open = started.get(region.name());
    if (open == null) {
      open = region.shelf("client-tokens", Started.class, Started::id);
      started.put(region.name(), open);
    }
    return open;
  }

  private static String digest(String token) {
    return HexFormat.of().formatHex(Blocks.sha256().digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  private static Response answer(Snapshot snapshot) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("SnapshotId", snapshot.id());
    body.put("OwnerId", snapshot.ownerId());
    body.put("Status", snapshot.state().wire());
    body.put("StartTime", snapshot.startTime().toEpochMilli() / 1000.0);
    body.put("VolumeSize", snapshot.volumeSizeGiB());
    body.put("BlockSize", SnapshotBlocks.BLOCK_BYTES);
    snapshot.description().ifPresent(text -> body.put("Description", text));
    snapshot.parentId().ifPresent(id -> body.put("ParentSnapshotId", id));
    snapshot.kmsKeyArn().ifPresent(arn -> body.put("KmsKeyArn", arn));
    List<Map<String, String>> tags = new ArrayList<>();
    snapshot.tags().forEach((name, value) -> tags.add(Map.of("Key", name, "Value", value)));
    body.put("Tags", tags);
    return EbsFailures.json(201, body);
  }
}

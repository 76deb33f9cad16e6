package amber.emulator.state;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A snapshot's attributes; {@link SnapshotBlocks} has its content.
 *
 * @param volumeId the volume that it was made from; one written block by block names none that
 *     exists
 * @param parentId the snapshot whose content it starts from
 * @param kmsKeyArn the key, exactly when the snapshot is encrypted
 * @param dataEncryptionKeyId the same for all encrypted snapshots of one lineage
 * @param stateMessage why it is in error
 * @param progress percent, as the writer reported it or 100
 * @param fullSizeBytes the size of all its blocks, those of its parents included; 0 until completed
 * @param sharedWith accounts that may make volumes of it, or {@code all} for everybody
 * @param outpostArn the Outpost that holds it, if one does
 */
public record Snapshot(
    String id,
    String ownerId,
    String volumeId,
    int volumeSizeGiB,
    Instant startTime,
    Optional<String> parentId,
    Optional<String> kmsKeyArn,
    Optional<String> dataEncryptionKeyId,
    Optional<String> description,
    Map<String, String> tags,
    SnapshotState state,
    Optional<String> stateMessage,
    int progress,
    Writing writing,
    Optional<Instant> completedAt,
    long fullSizeBytes,
    StorageTier storageTier,
    List<String> sharedWith,
    Optional<String> outpostArn) {

  /** What {@link #sharedWith} holds when everybody may use the snapshot. */
  public static final String EVERYBODY = "all";

  /** The volume id of a snapshot that no volume stands behind. */
  public static final String NO_VOLUME = "vol-ffffffff";

  /** Copies the collections. */
  public Snapshot {
    tags = Map.copyOf(tags);
    sharedWith = List.copyOf(sharedWith);
  }

  /**
   * A pending snapshot of a region, owned by the account.
   *
   * @param parent whose content, and whose data key, it starts from
   */
  public static Snapshot started(
      Region region,
      int volumeSizeGiB,
      Optional<Snapshot> parent,
      Optional<String> kmsKeyArn,
      Optional<String> description,
      Map<String, String> tags,
      Writing writing) {
    Optional<String> dataKey =
        parent
            .flatMap(Snapshot::dataEncryptionKeyId)
            .or(() -> kmsKeyArn.map(arn -> UUID.randomUUID().toString()));
    return new Snapshot(
        region.newId("snap"),
        region.accountId(),
        NO_VOLUME,
        volumeSizeGiB,
        region.clock().instant(),
        parent.map(Snapshot::id),
        kmsKeyArn,
        dataKey,
        description,
        tags,
        SnapshotState.PENDING,
        Optional.empty(),
        0,
        writing,
        Optional.empty(),
        0,
        StorageTier.STANDARD,
        List.of(),
        Optional.empty());
  }

  /** Whether it is encrypted. */
  public boolean encrypted() {
    return kmsKeyArn.isPresent();
  }

  /** How many blocks its volume has; the first that is out of bounds. */
  public int blockCount() {
    return volumeSizeGiB * SnapshotBlocks.BLOCKS_PER_GIB;
  }

  /** The same with other tags. */
  public Snapshot withTags(Map<String, String> newTags) {
    return Records.with(this, "tags", newTags);
  }

  /** The same shared with others. */
  public Snapshot withSharedWith(List<String> accounts) {
    return Records.with(this, "sharedWith", accounts);
  }

  /** The same in another tier. */
  public Snapshot withStorageTier(StorageTier tier) {
    return Records.with(this, "storageTier", tier);
  }

  /** The same with another owner, to stand for one that another account shares. */
  public Snapshot withOwnerId(String owner) {
    return Records.with(this, "ownerId", owner);
  }

  /** The same in another state. */
  public Snapshot withState(SnapshotState newState) {
    return Records.with(this, "state", newState);
  }

  /** The same on an Outpost. */
  public Snapshot withOutpostArn(String arn) {
    return Records.with(this, "outpostArn", Optional.of(arn));
  }

  /** The same with the progress that the writer reports. */
  public Snapshot withProgress(int percent) {
    return Records.with(this, "progress", percent);
  }

  Snapshot withWriting(Writing newWriting) {
    return Records.with(this, "writing", newWriting);
  }

  Snapshot completed(Instant time, long bytes) {
    Snapshot done = Records.with(this, "fullSizeBytes", bytes);
    done = Records.with(done, "completedAt", Optional.of(time));
    return done.withProgress(100).withState(SnapshotState.COMPLETED);
  }

  Snapshot failed(String why) {
    return Records.with(withState(SnapshotState.ERROR), "stateMessage", Optional.of(why));
  }
}

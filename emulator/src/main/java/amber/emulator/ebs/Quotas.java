package amber.emulator.ebs;

/**
 * Requests per second that the account of a region has, and how many snapshots there may be. A
 * quota of 0 is none.
 *
 * @param get GetSnapshotBlock for the account
 * @param getPerSnapshot GetSnapshotBlock for one snapshot
 * @param put PutSnapshotBlock for the account
 * @param putPerSnapshot PutSnapshotBlock for one snapshot
 * @param list ListSnapshotBlocks, and as many ListChangedBlocks
 * @param startOrComplete StartSnapshot, and as many CompleteSnapshot
 * @param pendingSnapshots how many snapshots may be pending
 * @param snapshots how many snapshots there may be at all
 */
public record Quotas(
    int get,
    int getPerSnapshot,
    int put,
    int putPerSnapshot,
    int list,
    int startOrComplete,
    int pendingSnapshots,
    int snapshots) {

  /** What a new account has. */
  public static final Quotas DEFAULT = new Quotas(1000, 1000, 1000, 1000, 50, 10, 100, 100_000);

  /** No limits. */
  public static final Quotas NONE = new Quotas(0, 0, 0, 0, 0, 0, 0, 0);
}

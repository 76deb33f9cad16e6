package amber.emulator.ebs;

/**
 * Requests per second that the account of a region has, and how many snapshots may be pending. A
 * quota of 0 is none.
 *
 * @param get GetSnapshotBlock for the account
 * @param getPerSnapshot GetSnapshotBlock for one snapshot
 * @param put PutSnapshotBlock for the account
 * @param putPerSnapshot PutSnapshotBlock for one snapshot
 * @param list ListSnapshotBlocks, and as many ListChangedBlocks
 * @param startOrComplete StartSnapshot, and as many CompleteSnapshot
 */
public record Quotas(
    int get,
    int getPerSnapshot,
    int put,
    int putPerSnapshot,
    int list,
    int startOrComplete,
    int pendingSnapshots) {

  /** What a new account has. */
  public static final Quotas DEFAULT = new Quotas(1000, 1000, 1000, 1000, 50, 10, 100);

  /** No limits. */
  public static final Quotas NONE = new Quotas(0, 0, 0, 0, 0, 0, 0);
}

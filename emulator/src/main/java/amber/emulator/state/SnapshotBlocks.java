package amber.emulator.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * A snapshot's content: the blocks written to it, and below them those of its parents. A block that
 * nobody wrote is absent.
 */
public final class SnapshotBlocks {

  /** The size of a block. */
  public static final int BLOCK_BYTES = 512 << 10;

  /** How many blocks a GiB has. */
  public static final int BLOCKS_PER_GIB = 2048;

  private static final byte[] ZERO_DIGEST =
      HexFormat.of().parseHex("07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541");

  private final List<String> ids;
  private final List<BlockFile> files;

  /**
   * The content of the first of these snapshots.
   *
   * @param ids the snapshot, its parent, the parent's parent and so on
   * @param files what was written to each
   */
  SnapshotBlocks(List<String> ids, List<BlockFile> files) {
    this.ids = ids;
    this.files = files;
  }

  /** Stores a block of the snapshot itself. */
  public void write(int index, byte[] block, byte[] sha256) throws IOException {
    files.get(0).write(index, ByteBuffer.wrap(block), sha256, Arrays.equals(sha256, ZERO_DIGEST));
  }

  /** How many different blocks were written to the snapshot itself. */
  public int ownCount() {
    return files.get(0).count();
  }

  /** The first block from this one on that was written to the snapshot itself, or -1. */
  public int nextOwn(int from) {
    return files.get(0).next(from);
  }

  /** The first block from this one on that is not absent, or -1. */
  public int next(int from) {
    int first = -1;
    for (BlockFile file : files) {
      int here = file.next(from);
      first = here >= 0 && (first < 0 || here < first) ? here : first;
    }
    return first;
  }

  /** How many blocks are not absent. */
  public int count() {
    BitSet all = new BitSet();
    files.forEach(file -> file.addTo(all));
    return all.cardinality();
  }

  /** Whether the block is not absent. */
  public boolean holds(int index) {
    return files.stream().anyMatch(file -> file.holds(index));
  }

  /** The SHA-256 of a block that is not absent. */
  public byte[] sha256(int index) throws IOException {
    return file(index).digest(index);
  }

  /** Writes the bytes of a block that is not absent. */
  public void copy(int index, OutputStream out) throws IOException {
    file(index).copy(index, out);
  }

  /** The snapshot that a block was written to: this one or a parent; nothing when absent. */
  public String writer(int index) {
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i).holds(index)) {
        return ids.get(i);
      }
    }
    return "";
  }

  /** The oldest parent, or the snapshot itself: the same for all snapshots of one lineage. */
  public String root() {
    return ids.get(ids.size() - 1);
  }

  private BlockFile file(int index) {
    return files.stream()
        .filter(file -> file.holds(index))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: block " + index + " is absent"));
  }
}

package amber.emulator.disk;

import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.Writing;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes snapshots of raw disks, and raw disks of snapshots as an instance would read them. */
public final class RawDisks {

  private static final int BLOCK = SnapshotBlocks.BLOCK_BYTES;
  private static final long GIB = (long) SnapshotBlocks.BLOCKS_PER_GIB * BLOCK;
  private static final int MOST_GIB = 65_536;
  private static final int TIMEOUT_MINUTES = 4_320;

  private RawDisks() {}

  /**
   * Makes a completed snapshot of a raw disk. Its size is rounded up to whole GiB; blocks of zeros
   * are left absent, as on a volume that was never written there.
   *
   * @param kmsKeyArn the key, for an encrypted snapshot
   */
  public static Snapshot importDisk(
      Region region,
      Path disk,
      Optional<String> kmsKeyArn,
      Optional<String> description,
      Map<String, String> tags)
      throws IOException {
    try (FileChannel file = FileChannel.open(disk, StandardOpenOption.READ)) {
      long gib = Math.max(1, (file.size() + GIB - 1) / GIB);
      if (gib > MOST_GIB) {
        throw new IOException(
            disk + ": has " + gib + " GiB, should have at most " + MOST_GIB + " GiB");
      }
      Snapshot snapshot =
          Snapshot.started(
              region,
              (int) gib,
              Optional.empty(),
              kmsKeyArn,
              description,
              tags,
              Writing.from(region.clock().instant(), TIMEOUT_MINUTES));
      region.snapshots().add(snapshot);
      try {
        copyIn(file, region.snapshots().blocks(snapshot.id()));
      } catch (IOException e) {
        region.snapshots().delete(snapshot.id());
        throw e;
      }
      region.snapshots().complete(snapshot.id(), Duration.ZERO);
      return region.snapshots().find(snapshot.id()).orElseThrow();
    }
  }

  private static void copyIn(FileChannel file, SnapshotBlocks blocks) throws IOException {
    byte[] block = new byte[BLOCK];
    byte[] zero = new byte[BLOCK];
    MessageDigest digest = sha256();
    int index = 0;
    for (long at = 0; at < file.size(); at += BLOCK) {
      Arrays.fill(block, (byte) 0);
      read(file, at, ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK, file.size() - at)));
      if (!Arrays.equals(block, zero)) {
        blocks.write(index, block, digest.digest(block));
      }
      index++;
    }
  }

  private static void read(FileChannel file, long at, ByteBuffer into) throws IOException {
    long next = at;
    while (into.hasRemaining()) {
      int read = file.read(into, next);
      if (read < 0) {
        throw new EOFException("the disk became shorter while it was read");
      }
      next += read;
    }
  }

  /**
   * Writes a completed snapshot out as a raw disk that an instance would read: what was never
   * written reads as zeros, or as noise if the volume is encrypted.
   *
   * @param disk a file that is not there yet
   */
  public static void exportDisk(Region region, String snapshotId, Path disk) throws IOException {
    Snapshot snapshot =
        region
            .snapshots()
            .find(snapshotId)
            .orElseThrow(
                () -> new NoSuchFileException(snapshotId + ": is no snapshot of " + region.name()));
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw new IOException(
          snapshotId + ": is " + snapshot.state().wire() + ", should be completed");
    }
    try (FileChannel file =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copyOut(snapshot, region.snapshots().blocks(snapshotId), file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(disk);
      throw e;
    }
  }

  private static void copyOut(Snapshot snapshot, SnapshotBlocks blocks, FileChannel file)
      throws IOException {
    OutputStream out = Channels.newOutputStream(file);
    for (int index = 0; index < snapshot.blockCount(); index++) {
      file.position((long) index * BLOCK);
      if (blocks.holds(index)) {
        blocks.copy(index, out);
      } else if (snapshot.encrypted()) {
        out.write(noise(snapshot.id(), index));
      }
    }
    long size = (long) snapshot.blockCount() * BLOCK;
    if (file.size() < size) {
      // One byte at the end gives the file its size and leaves the hole.
      file.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  /** What an instance reads where an encrypted volume was never written: the same each time. */
  public static byte[] noise(String snapshotId, int index) {
    byte[] bytes = new byte[BLOCK];
    new SplittableRandom((long) snapshotId.hashCode() << 32 | index).nextBytes(bytes);
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: no SHA-256", e);
    }
  }
}

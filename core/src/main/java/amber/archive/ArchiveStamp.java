package amber.archive;

import amber.block.BlockDigest;
import amber.block.BlockSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * What is fixed when a pack begins, so that all of its attempts give the same bytes.
 *
 * @param uuid tells this archive from all others
 * @param createdAt when the pack began, to the second
 * @param tool what made the archive, such as {@code amber 0.1.0}
 */
public record ArchiveStamp(UUID uuid, Instant createdAt, String tool) {

  /** A stamp like no other. */
  public static ArchiveStamp now(String tool) {
    return new ArchiveStamp(UUID.randomUUID(), Instant.now().truncatedTo(ChronoUnit.SECONDS), tool);
  }

  /**
   * The stamp that every pack of the same image gets at that time: its UUID is made from what is
   * packed (RFC 9562, version 8).
   */
  public static ArchiveStamp reproducible(
      Instant createdAt, String tool, byte[] manifest, List<BlockSet> listed) {
    MessageDigest sha256 = BlockDigest.newSha256();
    sha256.update((tool + "\n" + createdAt + "\n").getBytes(StandardCharsets.UTF_8));
    sha256.update(manifest);
    ByteBuffer extent = ByteBuffer.allocate(2 * Integer.BYTES);
    for (BlockSet blocks : listed) {
      blocks.forEachExtent(
          (first, count) -> sha256.update(extent.clear().putInt(first).putInt(count).flip()));
      sha256.update(extent.clear().putInt(-1).flip());
    }
    ByteBuffer bytes = ByteBuffer.wrap(sha256.digest());
    long high = (bytes.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x8000L;
    long low = (bytes.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new ArchiveStamp(new UUID(high, low), createdAt, tool);
  }
}

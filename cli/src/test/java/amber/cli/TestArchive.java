package amber.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Archives made otherwise than a pack would. */
final class TestArchive {

  // docs/format.md, "Locator": 256 bytes before the seek table, the last 32 their SHA-256.
  private static final int LOCATOR_BYTES = 256;
  private static final int LOCATOR_HEADER = 8;
  private static final int LOCATOR_HASH_AT = 224;
  private static final int LOCATOR_VERSION_AT = 16;
  private static final int SEEK_TABLE_FIXED_BYTES = 17;
  private static final int SEEK_TABLE_FOOTER_BYTES = 9;

  private TestArchive() {}

  /** Lets an archive be of another format version, and otherwise whole. */
  static void setFormatVersion(Path archive, int version)
      throws IOException, NoSuchAlgorithmException {
    byte[] bytes = Files.readAllBytes(archive);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int frames = buffer.getInt(bytes.length - SEEK_TABLE_FOOTER_BYTES);
    int locator = bytes.length - SEEK_TABLE_FIXED_BYTES - 8 * frames - LOCATOR_BYTES;
    buffer.putInt(locator + LOCATOR_VERSION_AT, version);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(bytes, locator + LOCATOR_HEADER, LOCATOR_HASH_AT - LOCATOR_HEADER);
    buffer.put(locator + LOCATOR_HASH_AT, sha256.digest());
    Files.write(archive, bytes);
  }

  /** Makes the header of a segment unrecognisable; segments count from 0. */
  static void destroySegmentHeader(byte[] archive, int segment) {
    byte[] magic = "AMBERSEG".getBytes(StandardCharsets.US_ASCII);
    int left = segment;
    for (int at = 0; at < archive.length - magic.length; at++) {
      if (Arrays.equals(archive, at, at + magic.length, magic, 0, magic.length) && left-- == 0) {
        archive[at] = 0;
        return;
      }
    }
    throw new AssertionError("no segment " + segment);
  }
}

package amber.emulator.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32C;
import software.amazon.awssdk.services.s3.model.Tag;

/** Bytes to store, and what is said of them. */
final class S3Data {

  private S3Data() {}

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static String crc32c(byte[]... pieces) {
    CRC32C crc = new CRC32C();
    for (byte[] piece : pieces) {
      crc.update(piece);
    }
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}

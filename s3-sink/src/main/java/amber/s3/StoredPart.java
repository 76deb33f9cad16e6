package amber.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * A part that S3 has.
 *
 * @param number from 1 on
 * @param bytes its size
 * @param crc32c of its bytes, whether S3 was told it or not
 * @param etag S3's name for what it has, in quotes as S3 has it
 */
record StoredPart(int number, long bytes, int crc32c, String etag) {

  // Such as: 1 5242880 a1b2c3d4 "9e107d9d372bb6826bd81d3542a419d6"
  private static final Pattern RECEIPT =
      Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,12}) ([0-9a-f]{8}) ([^\\s\\p{Cntrl}]+)");

  /** Reads what {@link #receipt} wrote. */
  static StoredPart parse(String receipt) {
    Matcher matcher = RECEIPT.matcher(receipt);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "note '%s', should be a part's number, size, CRC-32C and ETag".formatted(receipt));
    }
    return new StoredPart(
        Integer.parseInt(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        HexFormat.fromHexDigits(matcher.group(3)),
        matcher.group(4));
  }

  /** One that S3 has copied by itself; without a CRC-32C if S3 keeps another checksum. */
  static StoredPart of(CompletedPart part, long bytes) {
    int crc32c = 0;
    if (part.checksumCRC32C() != null) {
      crc32c = ByteBuffer.wrap(Base64.getDecoder().decode(part.checksumCRC32C())).getInt();
    }
    return new StoredPart(part.partNumber(), bytes, crc32c, part.eTag());
  }

  /** One line, by which a later run knows it again. */
  String receipt() {
    return "%d %d %08x %s".formatted(number, bytes, crc32c, etag);
  }

  /** The CRC-32C as S3 writes it. */
  static String checksum(int crc32c) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array());
  }

  /**
   * What makes it a part of the object.
   *
   * @param checksum whether S3 was told its checksum
   */
  CompletedPart completed(boolean checksum) {
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(etag)
        .checksumCRC32C(checksum ? checksum(crc32c) : null)
        .build();
  }

  /** Whether a part that S3 lists under this number is this one. */
  boolean is(software.amazon.awssdk.services.s3.model.Part listed) {
    return listed.eTag() != null
        && unquoted(listed.eTag()).equals(unquoted(etag))
        && listed.size() != null
        && listed.size() == bytes
        && (listed.checksumCRC32C() == null || listed.checksumCRC32C().equals(checksum(crc32c)));
  }

  // Some servers quote it in one answer and not in another.
  private static String unquoted(String etag) {
    return etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }
}

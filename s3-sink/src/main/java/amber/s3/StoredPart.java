package amber.s3;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * A part that S3 has.
 *
 * @param number from 1 on
 * @param bytes its size
 * @param sum of its bytes, whether S3 was told it or not
 * @param etag S3's name for what it has, in quotes as S3 has it
 */
record StoredPart(int number, long bytes, S3Checksum sum, String etag) {

  // Such as: 1 5242880 a1b2c3d4 "9e107d9d372bb6826bd81d3542a419d6"
  private static final Pattern RECEIPT =
      Pattern.compile(
          "([1-9]\\d{0,4}) ([1-9]\\d{0,12}) ([0-9a-f]{8}|[0-9a-f]{16}) ([^\\s\\p{Cntrl}]+)");

  /** Reads what {@link #receipt} wrote. */
  static StoredPart parse(String receipt) {
    Matcher matcher = RECEIPT.matcher(receipt);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "note '%s', should be a part's number, size, CRC and ETag".formatted(receipt));
    }
    return new StoredPart(
        Integer.parseInt(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        sum(matcher.group(3)),
        matcher.group(4));
  }

  /** One that S3 has copied by itself; without a checksum that Amber knows, it is taken for 0. */
  static StoredPart of(CompletedPart part, long bytes) {
    S3Checksum sum =
        S3Checksum.of(part).orElseGet(() -> new S3Checksum(S3Checksum.Algorithm.CRC32C, 0));
    return new StoredPart(part.partNumber(), bytes, sum, part.eTag());
  }

  private static S3Checksum sum(String digits) {
    S3Checksum.Algorithm algorithm =
        digits.length() == 2 * Integer.BYTES
            ? S3Checksum.Algorithm.CRC32C
            : S3Checksum.Algorithm.CRC64NVME;
    return new S3Checksum(algorithm, HexFormat.fromHexDigitsToLong(digits));
  }

  /** One line, by which a later run knows it again. */
  String receipt() {
    return "%d %d %s %s".formatted(number, bytes, sum.digits(), etag);
  }

  /**
   * What makes it a part of the object.
   *
   * @param checksum whether S3 was told its checksum
   */
  CompletedPart completed(boolean checksum) {
    CompletedPart.Builder part = CompletedPart.builder().partNumber(number).eTag(etag);
    if (checksum) {
      sum.applyTo(part);
    }
    return part.build();
  }

  /** Whether a part that S3 lists under this number is this one. */
  boolean is(software.amazon.awssdk.services.s3.model.Part listed) {
    return listed.eTag() != null
        && unquoted(listed.eTag()).equals(unquoted(etag))
        && listed.size() != null
        && listed.size() == bytes
        && sum.mayBeOf(listed);
  }

  // Some servers quote it in one answer and not in another.
  private static String unquoted(String etag) {
    return etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }
}

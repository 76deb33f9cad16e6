package amber.s3;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import software.amazon.awssdk.crt.checksums.CRC64NVME;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * The checksum of a whole object as S3 keeps it.
 *
 * @param algorithm how it is made
 * @param value the checksum
 */
public record S3Checksum(Algorithm algorithm, long value) {

  /** Checksums that are the same however an object was cut into parts. */
  public enum Algorithm {
    /** The one of S3 itself. */
    CRC64NVME(ChecksumAlgorithm.CRC64_NVME, Long.BYTES),
    /** The one that Amber gives to what it stores, unless it is told otherwise. */
    CRC32C(ChecksumAlgorithm.CRC32_C, Integer.BYTES),
    /** The one of many other tools. */
    CRC32(ChecksumAlgorithm.CRC32, Integer.BYTES);

    private final ChecksumAlgorithm s3;
    private final int bytes;

    Algorithm(ChecksumAlgorithm s3, int bytes) {
      this.s3 = s3;
      this.bytes = bytes;
    }

    ChecksumAlgorithm s3() {
      return s3;
    }

    /** One that has taken in nothing yet. */
    public Checksum begin() {
      return switch (this) {
        case CRC64NVME -> new CRC64NVME();
        case CRC32C -> new CRC32C();
        case CRC32 -> new CRC32();
      };
    }
  }

  /** What a checksum has come to. */
  public static S3Checksum of(Algorithm algorithm, Checksum sum) {
    return new S3Checksum(algorithm, sum.getValue());
  }

  /** An object's, if it has one of its whole; that of its parts' checksums tells nothing. */
  static Optional<S3Checksum> of(HeadObjectResponse head) {
    if (head.checksumType() == ChecksumType.COMPOSITE) {
      return Optional.empty();
    }
    return parse(Algorithm.CRC64NVME, head.checksumCRC64NVME())
        .or(() -> parse(Algorithm.CRC32C, head.checksumCRC32C()))
        .or(() -> parse(Algorithm.CRC32, head.checksumCRC32()));
  }

  /** A part's that S3 has copied by itself, if it tells one. */
  static Optional<S3Checksum> of(CompletedPart part) {
    return parse(Algorithm.CRC64NVME, part.checksumCRC64NVME())
        .or(() -> parse(Algorithm.CRC32C, part.checksumCRC32C()));
  }

  private static Optional<S3Checksum> parse(Algorithm algorithm, String text) {
    if (text == null) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // With a number of parts behind it, it is none of the whole.
      return Optional.empty();
    }
    if (bytes.length != algorithm.bytes) {
      return Optional.empty();
    }
    byte[] all = new byte[Long.BYTES];
    System.arraycopy(bytes, 0, all, all.length - bytes.length, bytes.length);
    return Optional.of(new S3Checksum(algorithm, ByteBuffer.wrap(all).getLong()));
  }

  /** As S3 writes it. */
  String text() {
    byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    return Base64.getEncoder()
        .encodeToString(Arrays.copyOfRange(all, all.length - algorithm.bytes, all.length));
  }

  /** Says what the object must have when it is made of its parts. */
  void applyTo(CompleteMultipartUploadRequest.Builder request) {
    request.checksumType(ChecksumType.FULL_OBJECT);
    switch (algorithm) {
      case CRC64NVME -> request.checksumCRC64NVME(text());
      case CRC32C -> request.checksumCRC32C(text());
      case CRC32 -> request.checksumCRC32(text());
    }
  }

  /** Says what a part has. */
  void applyTo(UploadPartRequest.Builder request) {
    switch (algorithm) {
      case CRC64NVME -> request.checksumCRC64NVME(text());
      case CRC32C -> request.checksumCRC32C(text());
      case CRC32 -> request.checksumCRC32(text());
    }
  }

  /** Says what a part had when it was sent. */
  void applyTo(CompletedPart.Builder part) {
    switch (algorithm) {
      case CRC64NVME -> part.checksumCRC64NVME(text());
      case CRC32C -> part.checksumCRC32C(text());
      case CRC32 -> part.checksumCRC32(text());
    }
  }

  /** Says what an object has that is sent at once. */
  void applyTo(PutObjectRequest.Builder request) {
    switch (algorithm) {
      case CRC64NVME -> request.checksumCRC64NVME(text());
      case CRC32C -> request.checksumCRC32C(text());
      case CRC32 -> request.checksumCRC32(text());
    }
  }

  /** Whether a part may have it that S3 lists, which need not tell. */
  boolean mayBeOf(Part listed) {
    String told =
        switch (algorithm) {
          case CRC64NVME -> listed.checksumCRC64NVME();
          case CRC32C -> listed.checksumCRC32C();
          case CRC32 -> listed.checksumCRC32();
        };
    return told == null || told.equals(text());
  }

  /** In hexadecimal digits, as many as the algorithm has. */
  String digits() {
    return String.format("%0" + 2 * algorithm.bytes + "x", value);
  }

  /** For people, such as {@code CRC32C a1b2c3d4}. */
  @Override
  public String toString() {
    return algorithm + " " + digits();
  }
}

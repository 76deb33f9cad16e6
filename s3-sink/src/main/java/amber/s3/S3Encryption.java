package amber.s3;

import java.util.Optional;

/**
 * How S3 encrypts an object.
 *
 * @param mode by which keys
 * @param kmsKeyId the key, for {@link Mode#KMS} and {@link Mode#KMS_DSSE}; none is the account's
 *     own for S3
 * @param bucketKey whether the bucket's key saves calls of KMS
 */
public record S3Encryption(Mode mode, Optional<String> kmsKeyId, boolean bucketKey) {

  /** By which keys an object is encrypted. */
  public enum Mode {
    /** What the bucket says. */
    BUCKET_DEFAULT,
    /** Keys of S3. */
    S3,
    /** A key of KMS. */
    KMS,
    /** A key of KMS, in two layers. */
    KMS_DSSE
  }

  /** What the bucket says. */
  public static final S3Encryption DEFAULT =
      new S3Encryption(Mode.BUCKET_DEFAULT, Optional.empty(), false);

  /** Checks that what was asked for fits together. */
  public S3Encryption {
    boolean kms = mode == Mode.KMS || mode == Mode.KMS_DSSE;
    if (!kms && kmsKeyId.isPresent()) {
      throw new IllegalArgumentException("a KMS key with %s, should be with KMS".formatted(mode));
    }
    if (mode != Mode.KMS && bucketKey) {
      throw new IllegalArgumentException(
          "a bucket key with %s, should be with KMS".formatted(mode));
    }
  }
}

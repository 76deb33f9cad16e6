package amber.s3;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How archives are stored as objects.
 *
 * @param replace whether a commit may replace an object of the same key
 * @param storageClass as S3 spells it, or none for the bucket's
 * @param encryption how S3 encrypts them
 * @param lock how long they cannot be deleted
 * @param metadata what each carries beside its bytes
 * @param tags at most 10, each with a key of at most 128 and a value of at most 256 characters
 * @param transfer how they are sent
 */
public record S3Settings(
    boolean replace,
    Optional<String> storageClass,
    S3Encryption encryption,
    S3ObjectLock lock,
    S3Metadata metadata,
    Map<String, String> tags,
    S3Transfer transfer) {

  /** Nothing is replaced, and all else is as the bucket has it. */
  public static final S3Settings DEFAULT =
      new S3Settings(
          false,
          Optional.empty(),
          S3Encryption.DEFAULT,
          S3ObjectLock.NONE,
          S3Metadata.NONE,
          Map.of(),
          S3Transfer.DEFAULT);

  private static final int MAX_TAGS = 10;
  private static final int MAX_TAG_KEY = 128;
  private static final int MAX_TAG_VALUE = 256;
  private static final Pattern STORAGE_CLASS = Pattern.compile("[A-Z][A-Z0-9_]*");

  /** Checks what S3 would refuse. */
  public S3Settings {
    tags = Map.copyOf(tags);
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "%d object tags, should be at most %d".formatted(tags.size(), MAX_TAGS));
    }
    tags.forEach(
        (key, value) -> {
          if (key.isEmpty()
              || characters(key) > MAX_TAG_KEY
              || characters(value) > MAX_TAG_VALUE
              || key.startsWith("aws:")) {
            throw new IllegalArgumentException(
                "object tag '%s', should have a key of 1 to %d characters, not 'aws:', and a value"
                        .formatted(key, MAX_TAG_KEY)
                    + " of at most %d".formatted(MAX_TAG_VALUE));
          }
        });
    storageClass.ifPresent(
        name -> {
          if (!STORAGE_CLASS.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "storage class '%s', should be one such as STANDARD_IA".formatted(name));
          }
        });
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /** These settings, with replacing or without. */
  public S3Settings withReplace(boolean other) {
    return new S3Settings(other, storageClass, encryption, lock, metadata, tags, transfer);
  }

  /** These settings, with other metadata. */
  public S3Settings withMetadata(S3Metadata other) {
    return new S3Settings(replace, storageClass, encryption, lock, other, tags, transfer);
  }

  /** These settings, sent in another way. */
  public S3Settings withTransfer(S3Transfer other) {
    return new S3Settings(replace, storageClass, encryption, lock, metadata, tags, other);
  }
}

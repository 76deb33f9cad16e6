package amber.cli;

import amber.s3.S3Checksum;
import amber.s3.S3Encryption;
import amber.s3.S3Metadata;
import amber.s3.S3ObjectLock;
import amber.s3.S3Settings;
import amber.s3.S3Spool;
import amber.s3.S3Transfer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How an archive is stored in S3. */
final class S3Options {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAn archive in S3:%n", order = 80)
  private Stored stored = new Stored();

  /** A checksum that an object shall have, or none. */
  record Sum(Optional<S3Checksum.Algorithm> algorithm) {}

  /** The options themselves. */
  static final class Stored {
    @Option(
        names = "--storage-class",
        paramLabel = "CLASS",
        description = "Such as STANDARD_IA or DEEP_ARCHIVE.")
    private String storageClass;

    @Option(
        names = "--sse",
        paramLabel = "AES256|aws:kms|aws:kms:dsse",
        converter = Values.Sse.class,
        description = "How S3 encrypts it (default: as the bucket).")
    private S3Encryption.Mode sse;

    @Option(
        names = "--sse-kms-key-id",
        paramLabel = "KEY",
        description = "By which key of KMS (default: the account's).")
    private String sseKmsKeyId;

    @Option(names = "--bucket-key", description = "Let the bucket's key save calls of KMS.")
    private boolean bucketKey;

    @Option(
        names = "--object-tag",
        paramLabel = "KEY=VALUE",
        description = "Tag the object; up to 10 times.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
        names = "--object-metadata",
        paramLabel = "image|none",
        converter = Values.Metadata.class,
        description =
            "What the object shows of the image to whoever may see the object: its name, description,"
                + " date and owner, or nothing (default: image; none for an encrypted archive).")
    private Boolean metadata;

    @Option(
        names = "--object-lock-mode",
        paramLabel = "GOVERNANCE|COMPLIANCE",
        converter = Values.LockMode.class,
        description = "Lock the object until a time.")
    private String lockMode;

    @Option(
        names = "--object-lock-until",
        paramLabel = "TIME",
        converter = Values.Time.class,
        description = "When the lock ends: 2030-01-31T00:00:00Z.")
    private Instant lockUntil;

    @Option(names = "--legal-hold", description = "Hold the object until somebody lifts that.")
    private boolean legalHold;

    @Option(
        names = "--max-object-size",
        paramLabel = "SIZE",
        converter = Values.Size.class,
        description =
            "The largest object that the store takes, such as 5TiB (default: 48.8 TiB, as"
                + " S3).")
    private Long maxObjectBytes;

    @Option(
        names = "--spool-dir",
        paramLabel = "DIR",
        description =
            "Where parts wait that do not fit in memory, of archives above 2 TiB"
                + " (default: the directory for temporary files).")
    private Path spool;

    @Option(
        names = "--checksum",
        paramLabel = "crc32c|crc64nvme|none",
        converter = Values.ObjectChecksum.class,
        description =
            "What S3 compares of each part and of the object, and keeps (default: crc32c);"
                + " crc64nvme is what S3 itself and most copies have, none is for stores that"
                + " know neither.")
    private Sum checksum;

    @Option(names = "--no-checksums", description = "The same as --checksum none.")
    private boolean noChecksums;
  }

  /**
   * The settings, without metadata.
   *
   * @throws RefusedException if they contradict each other
   */
  S3Settings settings(boolean replace) throws RefusedException {
    try {
      S3Transfer usual = S3Transfer.DEFAULT;
      S3Transfer transfer =
          new S3Transfer(
                  usual.partsInFlight(),
                  Optional.ofNullable(stored.maxObjectBytes).orElse(usual.maxObjectBytes()),
                  usual.maxJoinedBytes(),
                  true)
              .withChecksum(checksum())
              .withSpool(new S3Spool(Optional.ofNullable(stored.spool), usual.spool().maxBytes()));
      return new S3Settings(
          replace,
          Optional.ofNullable(stored.storageClass),
          encryption(),
          lock(),
          S3Metadata.NONE,
          stored.tags,
          transfer);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(e.getMessage(), "run 'amber pack --help'");
    }
  }

  /** Whether an object shall show something of its image, if that was said. */
  Optional<Boolean> showsImage() {
    return Optional.ofNullable(stored.metadata);
  }

  private Optional<S3Checksum.Algorithm> checksum() throws RefusedException {
    if (!stored.noChecksums) {
      return stored.checksum == null ? S3Transfer.DEFAULT.checksum() : stored.checksum.algorithm();
    }
    if (stored.checksum != null && stored.checksum.algorithm().isPresent()) {
      throw RefusedException.usage(
          "--checksum and --no-checksums contradict each other", "leave one of them out");
    }
    return Optional.empty();
  }

  private S3Encryption encryption() {
    boolean kms = stored.sseKmsKeyId != null || stored.bucketKey;
    S3Encryption.Mode usual = kms ? S3Encryption.Mode.KMS : S3Encryption.Mode.BUCKET_DEFAULT;
    return new S3Encryption(
        Optional.ofNullable(stored.sse).orElse(usual),
        Optional.ofNullable(stored.sseKmsKeyId),
        stored.bucketKey);
  }

  private S3ObjectLock lock() throws RefusedException {
    if ((stored.lockMode == null) != (stored.lockUntil == null)) {
      throw RefusedException.usage(
          "--object-lock-mode and --object-lock-until: one is given, should be both or none",
          "a lock needs a mode and an end; a hold without an end is --legal-hold");
    }
    Optional<S3ObjectLock.Retention> retention =
        Optional.ofNullable(stored.lockUntil)
            .map(until -> new S3ObjectLock.Retention(stored.lockMode.equals("COMPLIANCE"), until));
    return new S3ObjectLock(retention, stored.legalHold);
  }
}

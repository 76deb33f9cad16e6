package amber.cli;

import amber.s3.S3ObjectLock;
import amber.s3.S3Settings;
import amber.seal.Signer;
import java.util.Optional;
import java.util.Set;

/**
 * How AMIs are retired.
 *
 * @param threads segments of one AMI that are worked on at once
 * @param sealing how archives are encrypted, if they are; each has a key of its own
 * @param settings how the archive shall be stored in the end
 * @param showsImage whether the object shows something of its image, if that was said
 * @param prices by which it is told what is saved
 */
record RetireOptions(
    RetireThen then,
    boolean allowReferences,
    int level,
    int threads,
    Optional<Signer> signer,
    PackSealing sealing,
    S3Settings settings,
    Optional<Boolean> showsImage,
    PriceTable prices) {

  /**
   * Classes whose objects nobody can read until they are thawed: S3 User Guide, storage classes.
   */
  private static final Set<String> FREEZING = Set.of("GLACIER", "DEEP_ARCHIVE");

  /**
   * The class that the archive is moved into when it is proved, if it could not be proved there.
   */
  Optional<String> freezing() {
    return settings.storageClass().filter(FREEZING::contains);
  }

  /**
   * How it is stored to be proved: where it can be read, and not locked there, since what is locked
   * could not go when it has moved.
   */
  S3Settings provable() {
    if (freezing().isEmpty()) {
      return settings;
    }
    return new S3Settings(
        settings.replace(),
        Optional.empty(),
        settings.encryption(),
        S3ObjectLock.NONE,
        settings.metadata(),
        settings.tags(),
        settings.transfer());
  }
}

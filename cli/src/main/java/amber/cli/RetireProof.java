package amber.cli;

import amber.Progress;
import amber.Verifier;
import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.archive.Plan;
import amber.archive.VolumeEntry;
import amber.block.BlockSet;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Object;
import amber.s3.S3Settings;
import amber.seal.SealedArchive;
import amber.seal.Sealing;
import amber.store.ArchiveSource;
import amber.store.Remains;
import amber.store.StoreLog;
import amber.task.TaskJournal;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a stored archive is the one that was planned, and whole: it is read back from S3,
 * every byte of it. One that shall lie in a class that cannot be read is proved where it can be,
 * and then copied there by S3, which compares checksums.
 */
final class RetireProof {

  private final S3Endpoint s3;
  private final S3Location location;
  private final RetireOptions options;
  private final Optional<Sealing> sealing;
  private final Optional<TaskJournal> journal;
  private final RetireNotes notes;

  RetireProof(
      S3Endpoint s3,
      S3Location location,
      RetireOptions options,
      Optional<Sealing> sealing,
      Optional<TaskJournal> journal,
      RetireNotes notes) {
    this.s3 = s3;
    this.location = location;
    this.options = options;
    this.sealing = sealing;
    this.journal = journal;
    this.notes = notes;
  }

  /** Shows the progress of something. */
  @FunctionalInterface
  interface Show {
    void showing(String verb, Progress progress, Work work) throws IOException;
  }

  /** Something that takes time. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /**
   * Proves the archive, unless an earlier run has.
   *
   * @return whether it was read back now
   * @throws CorruptArchiveException if it is not what was planned, or not whole
   */
  boolean prove(Plan plan, Show show) throws IOException {
    S3Object object = s3.object(location);
    boolean moved = notes.moving().isPresent() && isCommitted(notes.moving().get());
    if (moved || notes.provedEtag().filter(object.etag()::equals).isPresent()) {
      return false;
    }
    try (ArchiveSource source = opened(s3.open(object))) {
      ArchiveReader reader = Archives.open(source, Optional.empty());
      requireSame(plan, reader);
      Progress progress = new Progress();
      Verifier verifier = new Verifier(options.threads(), progress);
      show.showing("verify", progress, () -> verifier.verify(reader));
    }
    if (journal.isPresent()) {
      RetireNotes.proved(journal.get(), object.etag());
    }
    return true;
  }

  /** The archive inside, if it was encrypted: by the key that encrypted it. */
  private ArchiveSource opened(ArchiveSource source) throws IOException {
    try {
      SealedArchive.Looked looked = SealedArchive.look(source);
      if (looked.isSealed() != sealing.isPresent()) {
        throw new CorruptArchiveException(
            location.toString(),
            looked.isSealed()
                ? "is encrypted, should be as it was packed, which is plain"
                : "is not encrypted, should be as it was packed, which is encrypted");
      }
      return sealing.isPresent() ? looked.sealed().open(sealing.get()) : looked.source();
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private boolean isCommitted(Remains copy) throws IOException {
    return s3.store(options.settings()).committed(location.toString(), copy).isPresent();
  }

  private void requireSame(Plan plan, ArchiveReader reader) throws IOException {
    boolean same =
        reader.index().uuid().equals(plan.stamp().uuid())
            && Arrays.equals(reader.index().manifest(), plan.manifest());
    List<BlockSet> listed = reader.index().volumes().stream().map(VolumeEntry::listed).toList();
    if (!same || !listed.equals(plan.listed())) {
      throw new CorruptArchiveException(
          location.toString(), "is another archive than was packed, should be the same");
    }
  }

  /**
   * Moves the archive into its class, if that is one in which it could not be proved.
   *
   * @return the class that it lies in
   */
  String move() throws IOException {
    S3Object proved = s3.toCopy(location);
    Optional<String> wanted = options.freezing();
    if (wanted.isEmpty() || proved.storageClass().equals(wanted.get())) {
      return proved.storageClass();
    }
    S3Settings settings = options.settings().withReplace(true).withMetadata(proved.carried());
    if (notes.moving().isPresent()) {
      // It was not committed, or the object would lie there.
      s3.store(settings).discard(location.toString(), notes.moving().get().token());
    }
    Optional<StoreLog> log = journal.map(RetireNotes::moving);
    if (log.isPresent()) {
      s3.copy(proved, location, settings, bytes -> {}, Optional.empty(), log.get());
    } else {
      s3.copy(proved, location, settings, bytes -> {});
    }
    S3Object moved = s3.object(location);
    if (!moved.storageClass().equals(wanted.get()) || moved.sizeBytes() != proved.sizeBytes()) {
      throw new IOException(
          "%s: is %d bytes in %s, should be %d in %s"
              .formatted(
                  location,
                  moved.sizeBytes(),
                  moved.storageClass(),
                  proved.sizeBytes(),
                  wanted.get()));
    }
    return moved.storageClass();
  }
}

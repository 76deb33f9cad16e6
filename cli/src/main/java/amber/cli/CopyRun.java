package amber.cli;

import amber.Copier;
import amber.CopyJournal;
import amber.archive.CorruptArchiveException;
import amber.s3.ContinuedSum;
import amber.s3.FrozenArchiveException;
import amber.s3.S3Checksum;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Object;
import amber.seal.BrokenSealException;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.PendingPath;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.Checksum;

/** The copying itself, and the checks that it is right. */
final class CopyRun {

  // S3 gives one connection some 90 MB/s.
  private static final int THREADS = 8;

  private static final String ENDS = "ends";

  private final CopySource source;
  private final CopyTarget target;
  private final LongConsumer copied;
  private final List<String> checked = new ArrayList<>(List.of("size"));
  private final List<String> warnings = new ArrayList<>();
  private Optional<S3Checksum> checksum = Optional.empty();
  private boolean sound = true;

  CopyRun(CopySource source, CopyTarget target, LongConsumer copied) {
    this.source = source;
    this.target = target;
    this.copied = copied;
  }

  /**
   * Copies, and returns itself. The copy is there whole, or not at all.
   *
   * @param journal what a later run could go on with; if there is none, nothing is kept
   */
  CopyRun by(CopyRoute.Way way, Optional<CopyJournal> journal) throws IOException {
    if (target.file().isPresent()) {
      toFile(way, journal);
    } else {
      toObject(way, journal);
    }
    return this;
  }

  private void toFile(CopyRoute.Way way, Optional<CopyJournal> journal) throws IOException {
    String path = target.file().orElseThrow().toString();
    WriteOptions writing = target.writing();
    FileStore files = new FileStore(writing.replace(), writing.sync()).checking(this::requireSame);
    if (way == CopyRoute.Way.TRANSFER_MANAGER) {
      fetch(files, path, journal);
      return;
    }
    stream(files, path, journal);
    if (!checked.contains(ENDS)) {
      // An earlier run has made it visible.
      requireSame(Path.of(path));
    }
  }

  private void fetch(FileStore files, String path, Optional<CopyJournal> journal)
      throws IOException {
    try (PendingPath pending = files.reserve(path)) {
      if (journal.isPresent()) {
        journal.get().discard(files, path);
        journal.get().beginning(pending.path().getFileName().toString());
      }
      source.fetch(pending.path(), copied);
      checksum = source.checksum();
      checksum.ifPresent(sum -> checked.add("checksum"));
      requireSame(pending.path());
      pending.commit();
    }
  }

  private void toObject(CopyRoute.Way way, Optional<CopyJournal> journal) throws IOException {
    S3Endpoint s3 = target.s3().orElseThrow();
    S3Location object = target.object().orElseThrow();
    switch (way) {
      case SERVER_SIDE -> {
        copyByS3(s3, object, journal);
        checksum = source.checksum();
        checksum.ifPresent(sum -> checked.add("checksum"));
      }
      case TRANSFER_MANAGER -> {
        if (!isCommitted(s3, object, journal)) {
          upload(s3, object, journal);
        }
      }
      case STREAMED ->
          stream(s3.store(target.settings(), warnings::add), object.toString(), journal);
    }
    try (ArchiveSource copy = s3.open(object)) {
      requireSame(copy);
    } catch (FrozenArchiveException e) {
      // As was asked for.
      return;
    } catch (AccessDeniedException e) {
      warnings.add(object + ": may not be read back, so that the copy's ends were not checked");
    }
  }

  private boolean isCommitted(S3Endpoint s3, S3Location object, Optional<CopyJournal> journal)
      throws IOException {
    Optional<Remains> remains = journal.flatMap(CopyJournal::remains);
    return remains.isPresent()
        && s3.store(target.settings()).committed(object.toString(), remains.get()).isPresent();
  }

  private void upload(S3Endpoint s3, S3Location object, Optional<CopyJournal> journal)
      throws IOException {
    Path file = source.file().orElseThrow();
    Optional<StoreLog> log = journal.map(notes -> notes);
    checksum = Optional.of(s3.upload(file, object, target.settings(), copied, log));
    checked.add("checksum");
  }

  private void copyByS3(S3Endpoint s3, S3Location object, Optional<CopyJournal> journal)
      throws IOException {
    S3Object from = source.object().orElseThrow();
    if (journal.isPresent()) {
      CopyJournal log = journal.get();
      s3.copy(from, object, target.settings(), copied, log.remains(), log);
    } else {
      s3.copy(from, object, target.settings(), copied);
    }
  }

  private void stream(ResumableSink sink, String name, Optional<CopyJournal> journal)
      throws IOException {
    S3Checksum.Algorithm algorithm =
        source.checksum().map(S3Checksum::algorithm).orElse(S3Checksum.Algorithm.CRC32C);
    Copier copier = new Copier(THREADS, copied);
    if (journal.isPresent()) {
      Summing sum = new Summing(new ContinuedSum(algorithm));
      copier.copy(
          source.bytes(),
          sink,
          name,
          sum,
          () -> requireChecksum(sum.continued().checksum()),
          journal.get());
      return;
    }
    Checksum sum = algorithm.begin();
    copier.copy(
        source.bytes(), sink, name, sum, () -> requireChecksum(S3Checksum.of(algorithm, sum)));
  }

  /** S3's checksums, for a copier. */
  private record Summing(ContinuedSum continued) implements Copier.Sum {

    @Override
    public void update(ByteBuffer bytes) {
      continued.update(bytes);
    }

    @Override
    public long value() {
      return continued.value();
    }

    @Override
    public void goOnFrom(long value) {
      continued.goOnFrom(value);
    }
  }

  /** Whether what was copied is as it should be, as far as was seen. */
  boolean isSound() {
    return sound;
  }

  /** Throws away what is copied. */
  void discard(CopyJournal journal) throws IOException {
    if (target.file().isPresent()) {
      journal.discard(new FileStore(false, false), target.location());
    } else {
      journal.discard(target.s3().orElseThrow().store(target.settings()), target.location());
    }
  }

  private void requireChecksum(S3Checksum came) throws IOException {
    checksum = Optional.of(came);
    if (source.checksum().isPresent()) {
      if (!source.checksum().get().equals(came)) {
        sound = false;
        throw new IOException(
            "%s: what came has %s, should have %s"
                .formatted(source.location(), came, source.checksum().get()));
      }
      checked.add("checksum");
    } else if (target.object().isPresent() && target.settings().transfer().checksums()) {
      // Of each part and of the whole, by S3, before the object is there.
      checked.add("checksum");
    }
  }

  private void requireSame(Path file) throws IOException {
    try (ArchiveSource copy = FileStore.open(file)) {
      requireSame(copy);
    } catch (CorruptArchiveException | BrokenSealException e) {
      sound = false;
      throw e;
    }
  }

  private void requireSame(ArchiveSource copy) throws IOException {
    if (!source.isSameAs(copy)) {
      sound = false;
      throw new IOException(
          "%s: is another archive than %s, should be a copy of it"
              .formatted(target.location(), source.location()));
    }
    checked.add(ENDS);
  }

  /** What was compared: size, checksum, ends. */
  List<String> checked() {
    return checked;
  }

  /** The checksum of all bytes, where one was made. */
  Optional<S3Checksum> checksum() {
    return checksum;
  }

  List<String> warnings() {
    return warnings;
  }
}

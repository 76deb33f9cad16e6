package amber.cli;

import amber.Copier;
import amber.archive.ArchiveReader;
import amber.s3.FrozenArchiveException;
import amber.s3.S3Checksum;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.PendingPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.Checksum;

/** The copying itself, and the checks that it is right. */
final class CopyRun {

  // S3 gives one connection some 90 MB/s.
  private static final int THREADS = 8;

  private final CopySource source;
  private final CopyTarget target;
  private final LongConsumer copied;
  private final List<String> checked = new ArrayList<>(List.of("size"));
  private final List<String> warnings = new ArrayList<>();
  private Optional<S3Checksum> checksum = Optional.empty();

  CopyRun(CopySource source, CopyTarget target, LongConsumer copied) {
    this.source = source;
    this.target = target;
    this.copied = copied;
  }

  /** Copies, and returns itself. The copy is there whole, or not at all. */
  CopyRun by(CopyRoute.Way way) throws IOException {
    if (target.file().isPresent()) {
      toFile(way);
    } else {
      toObject(way);
    }
    return this;
  }

  private void toFile(CopyRoute.Way way) throws IOException {
    Path path = target.file().orElseThrow();
    WriteOptions writing = target.writing();
    FileStore files = new FileStore(writing.replace(), writing.sync());
    try (PendingPath pending = files.reserve(path.toString())) {
      if (way == CopyRoute.Way.TRANSFER_MANAGER) {
        source.fetch(pending.path(), copied);
        checksum = source.checksum();
        checksum.ifPresent(sum -> checked.add("checksum"));
      } else {
        // Under its hidden name, which nobody has.
        stream(new FileStore(false, false), pending.path().toString());
      }
      try (ArchiveSource copy = FileStore.open(pending.path())) {
        requireSame(ArchiveReader.open(copy));
      }
      pending.commit();
    }
  }

  private void toObject(CopyRoute.Way way) throws IOException {
    S3Endpoint s3 = target.s3().orElseThrow();
    S3Location object = target.object().orElseThrow();
    switch (way) {
      case SERVER_SIDE -> {
        s3.copy(source.object().orElseThrow(), object, target.settings(), copied);
        checksum = source.checksum();
        checksum.ifPresent(sum -> checked.add("checksum"));
      }
      case TRANSFER_MANAGER -> {
        Path file = source.file().orElseThrow();
        checksum = Optional.of(s3.upload(file, object, target.settings(), copied));
        checked.add("checksum");
      }
      case STREAMED -> stream(s3.store(target.settings()), object.toString());
    }
    try (ArchiveSource copy = s3.open(object)) {
      requireSame(ArchiveReader.open(copy));
    } catch (FrozenArchiveException e) {
      // As was asked for.
      return;
    } catch (AccessDeniedException e) {
      warnings.add(object + ": may not be read back, so that the copy's ends were not checked");
    }
  }

  private void stream(ArchiveSink sink, String name) throws IOException {
    S3Checksum.Algorithm algorithm =
        source.checksum().map(S3Checksum::algorithm).orElse(S3Checksum.Algorithm.CRC32C);
    Checksum sum = algorithm.begin();
    new Copier(THREADS, copied)
        .copy(source.bytes(), sink, name, sum, () -> requireChecksum(algorithm, sum));
  }

  private void requireChecksum(S3Checksum.Algorithm algorithm, Checksum sum) throws IOException {
    S3Checksum came = S3Checksum.of(algorithm, sum);
    checksum = Optional.of(came);
    if (source.checksum().isPresent()) {
      if (!source.checksum().get().equals(came)) {
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

  private void requireSame(ArchiveReader copy) throws IOException {
    boolean same =
        copy.sizeBytes() == source.sizeBytes()
            && copy.index().uuid().equals(source.reader().index().uuid())
            && Arrays.equals(copy.seal().indexSha256(), source.reader().seal().indexSha256());
    if (!same) {
      throw new IOException(
          "%s: is another archive than %s, should be a copy of it"
              .formatted(target.location(), source.location()));
    }
    checked.add("ends");
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

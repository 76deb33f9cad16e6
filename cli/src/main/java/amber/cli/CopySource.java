package amber.cli;

import amber.archive.ArchiveReader;
import amber.s3.S3Checksum;
import amber.s3.S3Endpoint;
import amber.s3.S3Metadata;
import amber.s3.S3Object;
import amber.seal.SealedArchive;
import amber.seal.SignerTrust;
import amber.store.ArchiveSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/** An archive that is to be copied, whose ends were read and are whole. */
final class CopySource implements Closeable {

  private final ArchiveSource bytes;
  private final Optional<ArchiveReader> reader;
  private final Optional<SealedArchive> sealed;
  private final Optional<Path> file;
  private final Optional<S3Object> object;
  private final Optional<S3Endpoint> s3;
  private final List<String> warnings = new ArrayList<>();
  private Map<String, String> tags;

  private CopySource(
      ArchiveSource bytes,
      Optional<Path> file,
      Optional<S3Object> object,
      Optional<S3Endpoint> s3,
      Optional<SignerTrust> trust)
      throws IOException {
    this.file = file;
    this.object = object;
    this.s3 = s3;
    try {
      SealedArchive.Looked looked = SealedArchive.look(bytes);
      this.bytes = looked.source();
      this.sealed = Optional.ofNullable(looked.sealed());
      if (looked.isSealed() && trust.isPresent()) {
        throw new RefusedException(
            Outcome.NOT_ALLOWED,
            bytes.location() + ": is encrypted, so that nobody can see its signature without a key",
            "check it first: amber verify ARCHIVE --identity KEY-FILE --trust STORE");
      }
      this.reader =
          looked.isSealed() ? Optional.empty() : Optional.of(Archives.open(looked.source(), trust));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  static CopySource open(
      Operand operand, AwsSide side, StoredArchives stored, Optional<SignerTrust> trust)
      throws IOException {
    ArchiveSource first = Archives.source(operand, stored);
    if (operand instanceof Operand.Local local) {
      return new CopySource(
          first, Optional.of(local.path()), Optional.empty(), Optional.empty(), trust);
    }
    // Looked up once more with what a copy needs to know, and read in the version that it has then.
    first.close();
    S3Endpoint s3 = side.s3();
    S3Object object = s3.toCopy(((Operand.Stored) operand).location());
    return new CopySource(
        s3.open(object), Optional.empty(), Optional.of(object), Optional.of(s3), trust);
  }

  /** Its bytes. */
  ArchiveSource bytes() {
    return bytes;
  }

  /** The archive's UUID. */
  UUID uuid() {
    return reader.map(open -> open.index().uuid()).orElseGet(() -> sealed.orElseThrow().uuid());
  }

  /** What tells its content: the digest of its index; or of an encrypted one, of its ends. */
  String content() {
    return reader
        .map(open -> HexFormat.of().formatHex(open.seal().indexSha256()))
        .orElseGet(() -> sealed.orElseThrow().digest());
  }

  /** Whether an archive at another place is the same, as far as its ends tell. */
  boolean isSameAs(ArchiveSource copy) throws IOException {
    SealedArchive.Looked looked = SealedArchive.look(copy);
    if (looked.isSealed() || sealed.isPresent()) {
      return looked.isSealed()
          && sealed.isPresent()
          && copy.sizeBytes() == sizeBytes()
          && looked.sealed().digest().equals(content());
    }
    ArchiveReader read = ArchiveReader.open(looked.source());
    return read.sizeBytes() == sizeBytes()
        && read.index().uuid().equals(uuid())
        && HexFormat.of().formatHex(read.seal().indexSha256()).equals(content());
  }

  String location() {
    return bytes.location();
  }

  long sizeBytes() {
    return bytes.sizeBytes();
  }

  /** What tells it from another of the same name. */
  String identity() throws IOException {
    String archive =
        "%s, %d bytes, archive %s, index %s"
            .formatted(
                object.map(S3Object::location).map(Object::toString).orElseGet(this::absolute),
                sizeBytes(),
                uuid(),
                content());
    String version =
        object.isPresent()
            ? object.get().etag()
            : Files.getLastModifiedTime(file.orElseThrow()).toString();
    return archive + ", version " + version;
  }

  private String absolute() {
    return file.orElseThrow().toAbsolutePath().toString();
  }

  /** The file that it is, if it is one. */
  Optional<Path> file() {
    return file;
  }

  /** The object that it is, if it is one. */
  Optional<S3Object> object() {
    return object;
  }

  /** Fetches the object that it is into a file. */
  void fetch(Path path, LongConsumer copied) throws IOException {
    s3.orElseThrow().download(object.orElseThrow(), path, copied);
  }

  /** What it is called, without its place. */
  String name() {
    return name(location());
  }

  /** What an archive is called, without its place. */
  static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /** The checksum of the whole that S3 keeps, if it does. */
  Optional<S3Checksum> checksum() {
    return object.flatMap(S3Object::checksum);
  }

  /** What a copy in S3 carries beside its bytes. */
  S3Metadata metadata() {
    return object
        .filter(source -> !source.metadata().isEmpty())
        .map(S3Object::carried)
        .orElseGet(this::newMetadata);
  }

  private S3Metadata newMetadata() {
    Instant now = Instant.now();
    return reader
        .map(
            open ->
                S3Metadata.ofImage(
                    open.image(), Integer.toString(open.formatVersion()), Optional.of(uuid()), now))
        .orElseGet(
            () ->
                S3Metadata.ofImage(Map.of(), ObjectTarget.FORMAT_VERSION, Optional.of(uuid()), now)
                    .ofSealed());
  }

  /** The tags that a copy in S3 gets, if it is told no others. */
  Map<String, String> tags() throws IOException {
    if (tags == null) {
      tags = readTags();
    }
    return tags;
  }

  private Map<String, String> readTags() throws IOException {
    if (object.isEmpty()) {
      return Map.of();
    }
    try {
      return object.get().tags();
    } catch (AccessDeniedException e) {
      warnings.add(location() + ": its tags may not be read, so that the copy gets none of them");
      return Map.of();
    }
  }

  /** What should be known, asked when all else was. */
  List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}

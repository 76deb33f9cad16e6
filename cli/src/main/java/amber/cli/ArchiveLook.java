package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.image.Image;
import amber.s3.S3Endpoint;
import amber.s3.S3Listing;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Object;
import amber.seal.BrokenSealException;
import amber.seal.Certificates;
import amber.seal.SealedArchive;
import amber.store.ArchiveSource;
import amber.work.Worker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Looks at an object that may be an archive: at what it carries, and at its end. */
final class ArchiveLook implements Worker<S3Listing.Item, ArchivesListCommand.Looked> {

  private final S3Endpoint s3;
  private final String bucket;
  private final boolean ends;

  /**
   * Looks.
   *
   * @param ends whether to read archives' ends, too
   */
  ArchiveLook(S3Endpoint s3, String bucket, boolean ends) {
    this.s3 = s3;
    this.bucket = bucket;
    this.ends = ends;
  }

  /** What an archive's end tells. */
  private record End(Optional<SealedArchive> sealed, Optional<ArchiveReader> reader) {}

  private static final End NONE = new End(Optional.empty(), Optional.empty());

  @Override
  public ArchivesListCommand.Looked run(S3Listing.Item item) throws IOException {
    return new ArchivesListCommand.Looked(item.key(), look(item));
  }

  private Optional<ListedArchive> look(S3Listing.Item item) throws IOException {
    S3Object object;
    try {
      object = s3.object(new S3Location(bucket, item.key()));
    } catch (IllegalArgumentException e) {
      // A key that Amber gives to nothing.
      return Optional.empty();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (NoSuchFileException e) {
      // Removed since it was listed.
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(unknown(item, e));
    }
    boolean saysSo = object.metadata().containsKey(S3Metadata.FORMAT_VERSION);
    boolean readable = object.state() == S3Object.State.READABLE;
    if (!ends || !readable) {
      return saysSo ? Optional.of(archive(object, NONE, null)) : Optional.empty();
    }
    try {
      return Optional.of(archive(object, end(object), null));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (CorruptArchiveException | BrokenSealException e) {
      // What has no end of an archive, and does not say that it should, is something else.
      return saysSo ? Optional.of(archive(object, NONE, e)) : Optional.empty();
    } catch (IOException e) {
      return Optional.of(archive(object, NONE, e));
    }
  }

  private End end(S3Object object) throws IOException {
    try (ArchiveSource stored = s3.open(object)) {
      SealedArchive.Looked looked = SealedArchive.look(stored);
      return looked.isSealed()
          ? new End(Optional.of(looked.sealed()), Optional.empty())
          : new End(Optional.empty(), Optional.of(ArchiveReader.open(looked.source())));
    }
  }

  private static ListedArchive archive(S3Object object, End end, IOException problem) {
    Map<String, String> metadata = object.metadata();
    Optional<Image> image = end.reader().map(ArchiveReader::image);
    Optional<String> uuid =
        end.sealed()
            .map(found -> found.uuid().toString())
            .or(() -> end.reader().map(reader -> reader.index().uuid().toString()))
            .or(() -> Optional.ofNullable(metadata.get(S3Metadata.ARCHIVE_UUID)));
    Instant stored =
        time(metadata.get(S3Metadata.AMI_STORE_DATE))
            .or(() -> end.reader().map(reader -> reader.seal().createdAt()))
            .orElse(object.modifiedAt());
    return new ListedArchive(
        object.location().toString(),
        object.location().key(),
        object.sizeBytes(),
        object.storageClass(),
        object.state().name().toLowerCase(Locale.ROOT),
        stored,
        uuid,
        image.flatMap(Image::id),
        image.flatMap(Image::name).or(() -> Optional.ofNullable(metadata.get(S3Metadata.AMI_NAME))),
        image
            .flatMap(Image::createdAt)
            .map(Instant::toString)
            .or(() -> Optional.ofNullable(metadata.get(S3Metadata.AMI_REGISTRATION_DATE))),
        image
            .flatMap(ArchiveLook::owner)
            .or(() -> Optional.ofNullable(metadata.get(S3Metadata.AMI_OWNER_ACCOUNT))),
        end.sealed().isPresent() || metadata.containsKey(S3Metadata.SEALED),
        end.reader()
            .flatMap(ArchiveReader::signature)
            .map(signature -> Certificates.name(signature.signer())),
        end.reader().isPresent(),
        Optional.ofNullable(problem).map(ErrorReport::message));
  }

  private static Optional<String> owner(Image image) {
    return image.attributes().get("ec2") instanceof Map<?, ?> ec2
            && ec2.get("ownerId") instanceof String owner
        ? Optional.of(owner)
        : Optional.empty();
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Of what may not be looked at. */
  private ListedArchive unknown(S3Listing.Item item, IOException problem) {
    return new ListedArchive(
        new S3Location(bucket, item.key()).toString(),
        item.key(),
        item.sizeBytes(),
        item.storageClass(),
        "unknown",
        item.modifiedAt(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false,
        Optional.of(ErrorReport.message(problem)));
  }

  @Override
  public void close() {
    // The connection is the command's.
  }
}

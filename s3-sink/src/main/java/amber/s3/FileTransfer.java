package amber.s3;

import amber.store.StoreLog;
import amber.work.LoginException;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.DownloadFileRequest;
import software.amazon.awssdk.transfer.s3.model.FileDownload;
import software.amazon.awssdk.transfer.s3.model.FileUpload;
import software.amazon.awssdk.transfer.s3.model.UploadFileRequest;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/**
 * Whole files to objects and back, by the SDK's transfer manager: it reads and writes them outside
 * the heap, in parts of its own, and repeats by itself what fails for a moment.
 */
final class FileTransfer implements Closeable {

  private final Requests requests;
  private final S3AsyncClient client;
  private final S3TransferManager manager;

  FileTransfer(Requests requests, S3AsyncClient client) {
    this.requests = requests;
    this.client = client;
    this.manager = S3TransferManager.builder().s3Client(client).build();
  }

  /** Tells how far a transfer is. */
  private static final class Moved implements TransferListener {
    private final AtomicLong bytes = new AtomicLong();
    private final LongConsumer copied;
    private final Traffic traffic;

    Moved(LongConsumer copied, Traffic traffic) {
      this.copied = copied;
      this.traffic = traffic;
    }

    @Override
    public void bytesTransferred(Context.BytesTransferred context) {
      long now = context.progressSnapshot().transferredBytes();
      long before = bytes.getAndAccumulate(now, Math::max);
      if (now > before) {
        traffic.moved(now - before);
        copied.accept(now - before);
      }
    }
  }

  /**
   * Stores a file, and returns the checksum that it has.
   *
   * @param log told by what the object can be found, before it is stored
   */
  S3Checksum upload(
      Path file,
      S3Location target,
      S3Settings settings,
      LongConsumer copied,
      Optional<StoreLog> log)
      throws IOException {
    long size = Files.size(file);
    Publication publication = new Publication(requests, target, settings.replace());
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(target.bucket())
            .key(target.key())
            // Of the whole by its nature, and S3 compares each part's.
            .checksumAlgorithm(ChecksumAlgorithm.CRC64_NVME)
            .ifNoneMatch(publication.noneMatch())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    new WriteHeaders(settings, publication.metadata(settings)).applyTo(request);
    if (log.isPresent()) {
      log.get().beginning(UploadToken.atOnce(publication.attempt(), Optional.empty()).toString());
    }
    // S3 tells seconds.
    Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    try (FileSum sum = new FileSum(file, S3Checksum.Algorithm.CRC64NVME)) {
      try {
        send(file, target, size, request.build(), copied);
        publication.confirm(size);
      } catch (IOException e) {
        settle(publication, target, e, size, since);
      }
      return sum.await();
    }
  }

  private void send(
      Path file, S3Location target, long size, PutObjectRequest request, LongConsumer copied)
      throws IOException {
    Moved moved = new Moved(copied, requests.traffic());
    FileUpload upload =
        manager.uploadFile(
            UploadFileRequest.builder()
                .source(file)
                .putObjectRequest(request)
                .addTransferListener(moved)
                .build());
    requests.callOnce(
        target,
        "cannot be stored",
        Patience.forMoving(size, moved.bytes::get),
        upload::completionFuture);
  }

  /**
   * Finds out what has become of the object, also for an interrupted thread. A repeated request may
   * have found what the one before it had made, so that even a name that is taken may be ours.
   */
  private void settle(
      Publication publication, S3Location target, IOException failure, long size, Instant since)
      throws IOException {
    boolean certain =
        failure instanceof AccessDeniedException
            || failure instanceof NoSuchFileException
            || failure instanceof LoginException;
    boolean interrupted = Thread.interrupted();
    try {
      publication.settle(failure, !certain, size);
    } catch (IOException e) {
      requireNoLeftover(target, e, since);
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The transfer manager throws its parts away, but does not say which they were if it cannot. */
  private void requireNoLeftover(S3Location target, IOException failure, Instant since)
      throws IOException {
    List<String> left;
    try {
      left = new Leftovers(requests, target).leftSince(since);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return;
    }
    if (!left.isEmpty()) {
      throw new IOException(
          "%s; an unfinished upload is left, should be aborted if it is nobody else's: %s"
              .formatted(failure.getMessage(), String.join(", ", left)),
          failure);
    }
  }

  /** Fetches an object into a file, and compares that with the object's checksum. */
  void download(S3Object source, Path file, LongConsumer copied) throws IOException {
    Moved moved = new Moved(copied, requests.traffic());
    FileDownload download =
        manager.downloadFile(
            DownloadFileRequest.builder()
                .destination(file)
                .getObjectRequest(
                    r ->
                        r.bucket(source.location().bucket())
                            .key(source.location().key())
                            .ifMatch(source.etag())
                            .expectedBucketOwner(requests.access().owner())
                            .requestPayer(requests.access().payer()))
                .addTransferListener(moved)
                .build());
    try {
      requests.callOnce(
          source.location(),
          "cannot be fetched",
          Patience.forMoving(source.sizeBytes(), moved.bytes::get),
          download::completionFuture);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          source.location() + ": has been replaced since it was looked up, should stay as it is",
          e);
    }
    requireSame(source, file);
  }

  private static void requireSame(S3Object source, Path file) throws IOException {
    if (Files.size(file) != source.sizeBytes()) {
      throw new IOException(
          "%s: %d bytes came, should be %d"
              .formatted(source.location(), Files.size(file), source.sizeBytes()));
    }
    if (source.checksum().isPresent()) {
      S3Checksum expected = source.checksum().orElseThrow();
      try (FileSum sum = new FileSum(file, expected.algorithm())) {
        S3Checksum came = sum.await();
        if (!came.equals(expected)) {
          throw new IOException(
              "%s: what came has %s, should have %s".formatted(source.location(), came, expected));
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
    client.close();
  }
}

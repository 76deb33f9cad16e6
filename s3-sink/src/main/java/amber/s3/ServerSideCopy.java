package amber.s3;

import amber.store.Remains;
import amber.store.StoreLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;

/**
 * A copy that S3 makes by itself, of an object that the caller may read to a place that he may
 * write to: in one request if it is small and may replace what is there, else in parts, several at
 * once. A log is told of parts as of those that are sent.
 */
final class ServerSideCopy {

  private final Requests requests;
  private final S3Object source;
  private final S3Location target;
  private final S3Settings settings;
  private final LongConsumer copied;
  private final Optional<Remains> remains;
  private final Optional<StoreLog> log;

  /**
   * A copy.
   *
   * @param copied told of bytes that are copied
   * @param remains what an earlier run of the same copy left
   * @param log what a later run knows this one by; nothing is kept if there is none
   */
  ServerSideCopy(
      Requests requests,
      S3Object source,
      S3Location target,
      S3Settings settings,
      LongConsumer copied,
      Optional<Remains> remains,
      Optional<StoreLog> log) {
    this.requests = requests;
    this.source = source;
    this.target = target;
    this.settings = settings;
    this.copied = copied;
    this.remains = remains;
    this.log = log;
  }

  void run() throws IOException {
    if (remains.isPresent()
        && new S3Store(requests, settings, warning -> {})
            .committed(target.toString(), remains.get())
            .isPresent()) {
      copied.accept(source.sizeBytes());
      return;
    }
    // That nothing is overwritten is asked of an upload, too: many stores that know it there do not
    // know it of a copy.
    boolean guarded = settings.replace() || source.sizeBytes() == 0;
    if (guarded && source.sizeBytes() <= settings.transfer().copyPartBytes()) {
      copyAtOnce();
    } else {
      copyParts();
    }
  }

  private void copyAtOnce() throws IOException {
    Publication publication = new Publication(requests, target, settings.replace());
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(source.location().bucket())
            .sourceKey(source.location().key())
            .copySourceIfMatch(source.etag())
            .expectedSourceBucketOwner(requests.access().owner())
            .destinationBucket(target.bucket())
            .destinationKey(target.key())
            .ifNoneMatch(publication.noneMatch())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    new WriteHeaders(settings, publication.metadata(settings)).applyTo(request);
    if (log.isPresent()) {
      log.get().beginning(UploadToken.atOnce(publication.attempt(), Optional.empty()).toString());
    }
    S3AsyncClient patient = requests.patientClient();
    publication.publish(
        source.sizeBytes(),
        Patience.forCopy(source.sizeBytes()),
        () -> patient.copyObject(request.build()));
    copied.accept(source.sizeBytes());
  }

  private void copyParts() throws IOException {
    Optional<EarlierUpload> earlier = earlier();
    List<StoredPart> kept = earlier.isPresent() ? earlier.get().kept() : List.of();
    if (kept.isEmpty() && earlier.isPresent()) {
      earlier.get().discard();
    }
    ObjectUpload upload =
        kept.isEmpty()
            ? new ObjectUpload(requests, settings, target)
            : ObjectUpload.resumed(requests, settings, target, earlier.orElseThrow().token());
    long keptBytes = kept.stream().mapToLong(StoredPart::bytes).sum();
    if (earlier.isPresent() && log.isPresent()) {
      log.get().resumedAt(keptBytes);
    }
    PartLog parts = log.map(telling -> PartLog.to(telling, kept)).orElseGet(PartLog::none);
    boolean committed = false;
    // Parts end before what they belong to is thrown away.
    try {
      List<CompletedPart> all = new ArrayList<>();
      earlier.ifPresent(left -> all.addAll(left.completed(kept)));
      all.addAll(copyParts(upload, parts, kept.size(), keptBytes));
      upload.complete(all, source.sizeBytes(), source.checksum());
      committed = true;
    } finally {
      parts.end();
      discard(upload, committed || parts.isKept());
    }
  }

  private Optional<EarlierUpload> earlier() throws IOException {
    return remains.isPresent()
        ? Optional.of(EarlierUpload.of(requests, target, remains.get()))
        : Optional.empty();
  }

  /** Copies the parts behind those that are there. */
  private List<CompletedPart> copyParts(
      ObjectUpload upload, PartLog log, int keptParts, long keptBytes) throws IOException {
    PartPlan plan = PartPlan.unbounded(settings.transfer());
    try (PartUploads<CompletedPart> parts = new PartUploads<>(target, plan, keptParts)) {
      if (!upload.isBegun()) {
        log.beginning(upload.intended());
        upload.begin(source.checksum().map(S3Checksum::algorithm));
        log.begun(upload.token());
      }
      copied.accept(keptBytes);
      long size = source.sizeBytes();
      long step = partBytes(size);
      for (long at = keptBytes; at < size; at += step) {
        CopiedRange range =
            new CopiedRange(
                source.location(),
                source.etag(),
                requests.access().owner(),
                at,
                Math.min(step, size - at));
        parts.send(number -> copy(upload, log, number, range));
      }
      return parts.await();
    }
  }

  private CompletedPart copy(ObjectUpload upload, PartLog log, int number, CopiedRange range)
      throws IOException {
    CompletedPart part = upload.copy(number, range);
    log.stored(StoredPart.of(part, range.bytes()));
    copied.accept(range.bytes());
    return part;
  }

  private long partBytes(long size) {
    long parts = settings.transfer().limits().maxParts();
    return Math.max(settings.transfer().copyPartBytes(), (size + parts - 1) / parts);
  }

  /** Also for an interrupted thread. */
  static void discard(ObjectUpload upload, boolean kept) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      upload.discard(kept);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

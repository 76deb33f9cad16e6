package amber.s3;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;

/**
 * A copy that S3 makes by itself, of an object that the caller may read to a place that he may
 * write to: in one request if it is small and may replace what is there, else in parts, several at
 * once.
 */
final class ServerSideCopy {

  private final Requests requests;
  private final S3Object source;
  private final S3Location target;
  private final S3Settings settings;
  private final LongConsumer copied;

  ServerSideCopy(
      Requests requests,
      S3Object source,
      S3Location target,
      S3Settings settings,
      LongConsumer copied) {
    this.requests = requests;
    this.source = source;
    this.target = target;
    this.settings = settings;
    this.copied = copied;
  }

  void run() throws IOException {
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
    publication.publish(
        source.sizeBytes(),
        Patience.forBytes(source.sizeBytes()),
        () -> requests.client().copyObject(request.build()));
    copied.accept(source.sizeBytes());
  }

  private void copyParts() throws IOException {
    PartPlan plan = PartPlan.unbounded(settings.transfer());
    ObjectUpload upload = new ObjectUpload(requests, settings, target);
    boolean committed = false;
    // Parts end before what they belong to is thrown away.
    try {
      try (PartUploads<CompletedPart> parts = new PartUploads<>(target, plan)) {
        Optional<S3Checksum> checksum = source.checksum();
        upload.begin(checksum.map(S3Checksum::algorithm));
        long size = source.sizeBytes();
        long step = partBytes(size);
        for (long at = 0; at < size; at += step) {
          CopiedRange range =
              new CopiedRange(
                  source.location(),
                  source.etag(),
                  requests.access().owner(),
                  at,
                  Math.min(step, size - at));
          parts.send(number -> copy(upload, number, range));
        }
        upload.complete(parts.await(), size, checksum);
        committed = true;
      }
    } finally {
      discard(upload, committed);
    }
  }

  private CompletedPart copy(ObjectUpload upload, int number, CopiedRange range)
      throws IOException {
    CompletedPart part = upload.copy(number, range);
    copied.accept(range.bytes());
    return part;
  }

  private long partBytes(long size) {
    long parts = settings.transfer().limits().maxParts();
    return Math.max(settings.transfer().copyPartBytes(), (size + parts - 1) / parts);
  }

  /** Also for an interrupted thread. */
  private static void discard(ObjectUpload upload, boolean committed) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      upload.discard(committed);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package amber.s3;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/** What a new object gets besides its bytes, in the requests that say so. */
record WriteHeaders(S3Settings settings, Map<String, String> metadata) {

  private static final String BINARY = "application/octet-stream";

  void applyTo(CreateMultipartUploadRequest.Builder request) {
    request.contentType(BINARY).metadata(metadata);
    settings.storageClass().ifPresent(request::storageClass);
    if (!settings.tags().isEmpty()) {
      request.tagging(tagging());
    }
    S3Encryption encryption = settings.encryption();
    request.serverSideEncryption(encryptionMode());
    encryption.kmsKeyId().ifPresent(request::ssekmsKeyId);
    if (encryption.bucketKey()) {
      request.bucketKeyEnabled(true);
    }
    settings
        .lock()
        .retention()
        .ifPresent(
            retention ->
                request
                    .objectLockMode(lockMode(retention))
                    .objectLockRetainUntilDate(retention.until()));
    if (settings.lock().legalHold()) {
      request.objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON);
    }
  }

  void applyTo(PutObjectRequest.Builder request) {
    request.contentType(BINARY).metadata(metadata);
    settings.storageClass().ifPresent(request::storageClass);
    if (!settings.tags().isEmpty()) {
      request.tagging(tagging());
    }
    S3Encryption encryption = settings.encryption();
    request.serverSideEncryption(encryptionMode());
    encryption.kmsKeyId().ifPresent(request::ssekmsKeyId);
    if (encryption.bucketKey()) {
      request.bucketKeyEnabled(true);
    }
    settings
        .lock()
        .retention()
        .ifPresent(
            retention ->
                request
                    .objectLockMode(lockMode(retention))
                    .objectLockRetainUntilDate(retention.until()));
    if (settings.lock().legalHold()) {
      request.objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON);
    }
  }

  private static ObjectLockMode lockMode(S3ObjectLock.Retention retention) {
    return retention.compliance() ? ObjectLockMode.COMPLIANCE : ObjectLockMode.GOVERNANCE;
  }

  private ServerSideEncryption encryptionMode() {
    return switch (settings.encryption().mode()) {
      case BUCKET_DEFAULT -> null;
      case S3 -> ServerSideEncryption.AES256;
      case KMS -> ServerSideEncryption.AWS_KMS;
      case KMS_DSSE -> ServerSideEncryption.AWS_KMS_DSSE;
    };
  }

  private Tagging tagging() {
    List<Tag> tags =
        settings.tags().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    return Tagging.builder().tagSet(tags).build();
  }

  void applyTo(CopyObjectRequest.Builder request) {
    request
        .contentType(BINARY)
        .metadata(metadata)
        .metadataDirective(MetadataDirective.REPLACE)
        .tagging(tagging())
        .taggingDirective(TaggingDirective.REPLACE);
    settings.storageClass().ifPresent(request::storageClass);
    S3Encryption encryption = settings.encryption();
    request.serverSideEncryption(encryptionMode());
    encryption.kmsKeyId().ifPresent(request::ssekmsKeyId);
    if (encryption.bucketKey()) {
      request.bucketKeyEnabled(true);
    }
    settings
        .lock()
        .retention()
        .ifPresent(
            retention ->
                request
                    .objectLockMode(lockMode(retention))
                    .objectLockRetainUntilDate(retention.until()));
    if (settings.lock().legalHold()) {
      request.objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON);
    }
  }
}

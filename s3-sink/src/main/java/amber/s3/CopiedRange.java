package amber.s3;

import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * Some bytes of an object that S3 copies by itself.
 *
 * @param source where they are
 * @param etag of the version that is meant
 * @param owner the account that must own the bucket, or null
 */
record CopiedRange(S3Location source, String etag, String owner, long position, long bytes) {

  void applyTo(UploadPartCopyRequest.Builder request) {
    request
        .sourceBucket(source.bucket())
        .sourceKey(source.key())
        .copySourceRange("bytes=%d-%d".formatted(position, position + bytes - 1))
        .copySourceIfMatch(etag)
        .expectedSourceBucketOwner(owner);
  }
}

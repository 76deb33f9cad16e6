/**
 * S3: an S3Mock server for each partition, which starts when it is first needed, behind a relay.
 *
 * <p>The relay streams, and stands for what S3Mock leaves out or gets wrong: regions of buckets,
 * their owner, limits of metadata and tags, tags in headers, sizes of multipart uploads, KMS keys
 * and archived objects.
 */
package amber.emulator.s3;

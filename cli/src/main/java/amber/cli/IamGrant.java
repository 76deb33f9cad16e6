package amber.cli;

import amber.ec2.TaskTag;
import amber.kms.KmsConnection;
import java.util.List;
import java.util.Map;

/**
 * A few IAM actions that are needed together, for one reason, on one kind of resource: a statement
 * of a policy. Those with the same name become one.
 *
 * <p>Which resources and conditions an action knows is from the Service Authorization Reference;
 * what keys are needed for is from the EC2 User Guide, "Control access to EBS direct APIs", and the
 * Amazon S3 User Guide, "Protecting data with server-side encryption".
 */
enum IamGrant {
  /** An image, and what its snapshots are. */
  LOOK_AT_IMAGES(
      "LookAtImages",
      On.ANYTHING,
      "ec2:DescribeImageAttribute",
      "ec2:DescribeImages",
      "ec2:DescribeSnapshots"),
  /** Whether snapshots are public, which EBS direct does not read; its owner may be asked. */
  LOOK_AT_SHARING("LookAtImages", On.ANYTHING, "ec2:DescribeSnapshotAttribute"),
  /** What unpacks have left. */
  FIND_SNAPSHOTS("LookAtImages", On.ANYTHING, "ec2:DescribeImages", "ec2:DescribeSnapshots"),
  /** How fast the account may read and write blocks. Without it, documented quotas are assumed. */
  ASK_QUOTAS("AskQuotas", On.ANYTHING, "servicequotas:GetServiceQuota"),
  /** The blocks of snapshots. */
  READ_SNAPSHOTS("ReadSnapshots", On.SNAPSHOTS, "ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks"),
  /** Those of encrypted ones. */
  READ_ENCRYPTED_SNAPSHOTS("UseKeys", On.KEYS, "kms:Decrypt"),
  /** Whether new snapshots are encrypted unasked. Without it, nobody can warn of that. */
  ASK_ENCRYPTION(
      "AskEncryption", On.ANYTHING, "ec2:GetEbsDefaultKmsKeyId", "ec2:GetEbsEncryptionByDefault"),
  /** New snapshots. */
  WRITE_SNAPSHOTS(
      "WriteSnapshots",
      On.SNAPSHOTS,
      "ebs:CompleteSnapshot",
      "ebs:PutSnapshotBlock",
      "ebs:StartSnapshot"),
  /** Encrypted ones. */
  WRITE_ENCRYPTED_SNAPSHOTS(
      "UseKeys",
      On.KEYS,
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo"),
  /** EBS goes on using the key when the run has ended, by a grant to itself and to nobody else. */
  GRANT_KEYS_TO_EBS(
      "GrantKeysToEbs",
      On.KEYS,
      Map.of("Bool", Map.of("kms:GrantIsForAWSResource", "true")),
      "kms:CreateGrant"),
  /** New images of them. */
  REGISTER_IMAGES("RegisterImages", On.IMAGES_AND_SNAPSHOTS, "ec2:RegisterImage"),
  /** The packed tags, and the one that says that a snapshot is not finished. */
  TAG_WHAT_IS_MADE("TagWhatIsMade", On.IMAGES_AND_SNAPSHOTS, "ec2:CreateTags"),
  /** That one again, when it is. */
  UNTAG_WHAT_IS_FINISHED(
      "UntagWhatIsFinished",
      On.SNAPSHOTS,
      Map.of("ForAllValues:StringEquals", Map.of("aws:TagKeys", TaskTag.NAME)),
      "ec2:DeleteTags"),
  /** Snapshots of a run that failed: those with the tag and no others. */
  DELETE_UNFINISHED_SNAPSHOTS(
      "DeleteUnfinishedSnapshots",
      On.SNAPSHOTS,
      Map.of("Null", Map.of("aws:ResourceTag/" + TaskTag.NAME, "false")),
      "ec2:DeleteSnapshot"),
  /** The image of a run that failed after it was registered. */
  DEREGISTER_IMAGES("DeregisterImages", On.IMAGES, "ec2:DeregisterImage"),
  /**
   * What names an image. What EC2 reads for that, AWS has a policy of its own for:
   * AmazonEC2ImageReferencesAccessPolicy.
   */
  FIND_REFERENCES("FindReferences", On.ANYTHING, "ec2:DescribeImageReferences"),
  /** Whether snapshots are locked, and would stay. */
  ASK_SNAPSHOT_LOCKS("AskSnapshotLocks", On.ANYTHING, "ec2:DescribeLockedSnapshots"),
  /** What can be done to an image and taken back. */
  CHANGE_IMAGES(
      "ChangeImages",
      On.IMAGES,
      "ec2:DisableImage",
      "ec2:DisableImageDeprecation",
      "ec2:DisableImageDeregistrationProtection",
      "ec2:EnableImage",
      "ec2:EnableImageDeprecation",
      "ec2:EnableImageDeregistrationProtection"),
  /** What a retired image is taken through before it is deregistered, if it is. */
  LET_IMAGES_GO("LetImagesGo", On.IMAGES, "ec2:DisableImage", "ec2:EnableImageDeprecation"),
  /** Those of images that are deregistered: EC2 asks for each, and leaves those it may not. */
  DELETE_SNAPSHOTS_OF_IMAGES("DeleteSnapshotsOfImages", On.SNAPSHOTS, "ec2:DeleteSnapshot"),
  /** By which rules the Recycle Bin keeps what, and what is in it. */
  LOOK_INTO_RECYCLE_BIN(
      "LookIntoRecycleBin",
      On.ANYTHING,
      "ec2:ListImagesInRecycleBin",
      "ec2:ListSnapshotsInRecycleBin",
      "rbin:GetRule",
      "rbin:ListRules"),
  /** To take it back. */
  RECOVER_IMAGES(
      "RecoverImages",
      On.IMAGES_AND_SNAPSHOTS,
      "ec2:RestoreImageFromRecycleBin",
      "ec2:RestoreSnapshotFromRecycleBin"),
  /** Without it, S3 denies what is not there. */
  LOOK_INTO_BUCKETS("LookIntoBuckets", On.BUCKETS, "s3:ListBucket"),
  /** Archives. */
  READ_ARCHIVES("ReadArchives", On.ARCHIVES, "s3:GetObject"),
  /** Those in cold storage. */
  THAW_ARCHIVES("ThawArchives", On.ARCHIVES, "s3:RestoreObject"),
  /** Encrypted ones. */
  READ_ENCRYPTED_ARCHIVES("UseKeys", On.KEYS, "kms:Decrypt"),
  /** New archives; what a run has stored is looked up by who goes on with it. */
  WRITE_ARCHIVES(
      "WriteArchives",
      On.ARCHIVES,
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject"),
  /** Encrypted ones: an upload in parts reads what it has written. */
  WRITE_ENCRYPTED_ARCHIVES("UseKeys", On.KEYS, "kms:Decrypt", "kms:GenerateDataKey"),
  /** The tags of an archive that is copied. */
  READ_TAGS_OF_ARCHIVES("ReadTagsOfArchives", On.ARCHIVES, "s3:GetObjectTagging"),
  /** Tags of new archives. */
  TAG_ARCHIVES("TagArchives", On.ARCHIVES, "s3:PutObjectTagging"),
  /** Locks on new archives. */
  LOCK_ARCHIVES("LockArchives", On.ARCHIVES, "s3:PutObjectLegalHold", "s3:PutObjectRetention"),
  /** Whether a bucket allows locks. */
  ASK_LOCKS("AskLocks", On.BUCKETS, "s3:GetBucketObjectLockConfiguration"),
  /** An upload whose beginning was not answered. */
  FIND_UPLOADS("FindUploads", On.BUCKETS, "s3:ListBucketMultipartUploads"),
  /** Uploads that a run has left. */
  REMOVE_UPLOADS(
      "RemoveUploads", On.ARCHIVES, "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"),
  /** The key of an archive that is encrypted to a key of KMS; it opens none. */
  MAKE_ARCHIVE_KEYS(
      "MakeArchiveKeys", On.RECIPIENT_KEYS, Conditions.OF_ARCHIVE, "kms:GenerateDataKey"),
  /** The same key, to open the archive. */
  OPEN_ARCHIVE_KEYS("OpenArchiveKeys", On.RECIPIENT_KEYS, Conditions.OF_ARCHIVE, "kms:Decrypt");

  /** Conditions of several grants. */
  private static final class Conditions {
    /** Whatever else the key is for: what it wraps must be bound to an archive. */
    private static final Map<String, Map<String, String>> OF_ARCHIVE =
        Map.of("Null", Map.of("kms:EncryptionContext:" + KmsConnection.CONTEXT, "false"));
  }

  /** What actions are allowed on. */
  enum On {
    /** Actions that know no resources. */
    ANYTHING,
    /** Snapshots of the region. */
    SNAPSHOTS,
    /** Images of the region. */
    IMAGES,
    /** Both. */
    IMAGES_AND_SNAPSHOTS,
    /** The buckets themselves. */
    BUCKETS,
    /** Objects in them. */
    ARCHIVES,
    /** KMS keys; without any, the grant is left out. */
    KEYS,
    /** KMS keys that archives are encrypted to, the same. */
    RECIPIENT_KEYS
  }

  private final String sid;
  private final On on;

  @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
  private final Map<String, Map<String, String>> condition;

  @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
  private final List<String> actions;

  IamGrant(String sid, On on, String... actions) {
    this(sid, on, Map.of(), actions);
  }

  IamGrant(String sid, On on, Map<String, Map<String, String>> condition, String... actions) {
    this.sid = sid;
    this.on = on;
    this.condition = condition;
    this.actions = List.of(actions);
  }

  /** The name of the statement. */
  String sid() {
    return sid;
  }

  On on() {
    return on;
  }

  /** Operator, key and value. */
  Map<String, Map<String, String>> condition() {
    return condition;
  }

  /** In the order of the alphabet. */
  List<String> actions() {
    return actions;
  }
}

package amber.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may be allowed to do with Amber, and the grants that this takes: a row each. */
enum IamJob {
  /** An AMI or a snapshot to an archive in S3. */
  PACK(Side.IMAGE_SOURCE, Side.ARCHIVE_TARGET, Side.RECIPIENT),
  /** A disk to an archive in S3. */
  PACK_DISK(Side.ARCHIVE_TARGET, Side.RECIPIENT),
  /** An archive in S3 to an AMI. */
  UNPACK(Side.ARCHIVE_SOURCE, Side.IDENTITY, Side.IMAGE_TARGET),
  /** An archive in S3 to disks. */
  UNPACK_DISK(Side.ARCHIVE_SOURCE, Side.IDENTITY),
  /** An archive in S3 to another one, by one identity. */
  COPY(Side.ARCHIVE_SOURCE, Side.TAGS_OF_SOURCE, Side.ARCHIVE_TARGET),
  /** The side of a copy that is read. */
  COPY_FROM(Side.ARCHIVE_SOURCE, Side.TAGS_OF_SOURCE),
  /** The side of a copy that is written. */
  COPY_TO(Side.ARCHIVE_TARGET),
  /** An AMI or a snapshot to a new AMI, by one identity. */
  COPY_IMAGE(Side.IMAGE_SOURCE, Side.IMAGE_TARGET),
  /** The side of that which is read; also verify of an image. */
  COPY_IMAGE_FROM(Side.IMAGE_SOURCE),
  /** The side of that which is written. */
  COPY_IMAGE_TO(Side.IMAGE_TARGET),
  /** Which images there are, and all there is to each. */
  IMAGE_LIST(Side.IMAGE_LOOK),
  /** What images are taken through. */
  IMAGE_LIFE(Side.IMAGE_LOOK, Side.IMAGE_CHANGES, Side.RECYCLE_BIN),
  /** An AMI to an archive in S3 that is proved, and then away. */
  RETIRE(Side.IMAGE_SOURCE, Side.IMAGE_LOOK, Side.IMAGE_END, Side.ARCHIVE_TARGET, Side.RECIPIENT),
  /** An AMI to a new one, by one identity; what was written may be read back. */
  MIGRATE(Side.IMAGE_SOURCE, Side.IMAGE_TARGET, Side.IMAGE_PROOF),
  /** The side of that which is read. */
  MIGRATE_FROM(Side.IMAGE_SOURCE),
  /** The side of that which is written, and read back. */
  MIGRATE_TO(Side.IMAGE_TARGET, Side.IMAGE_PROOF),
  /** What an archive in S3 holds. */
  INSPECT(Side.ARCHIVE_LOOK, Side.IDENTITY),
  /** Which archives there are. */
  ARCHIVES_LIST(Side.ARCHIVE_LOOK),
  /** Whether an archive in S3 is whole. */
  VERIFY(Side.ARCHIVE_SOURCE, Side.IDENTITY),
  /** What unpacks have left in EC2. */
  TASKS_SWEEP(Side.IMAGE_REMAINS, Side.ARCHIVE_REMAINS),
  /** What one run has left. */
  TASKS_CANCEL(Side.IMAGE_REMAINS, Side.ARCHIVE_REMAINS);

  /** What one end of a job takes. */
  private enum Side {
    IMAGE_SOURCE(
        IamGrant.LOOK_AT_IMAGES,
        IamGrant.LOOK_AT_SHARING,
        IamGrant.ASK_QUOTAS,
        IamGrant.READ_SNAPSHOTS,
        IamGrant.READ_ENCRYPTED_SNAPSHOTS),
    IMAGE_TARGET(
        IamGrant.LOOK_AT_IMAGES,
        IamGrant.ASK_QUOTAS,
        IamGrant.ASK_ENCRYPTION,
        IamGrant.WRITE_SNAPSHOTS,
        IamGrant.WRITE_ENCRYPTED_SNAPSHOTS,
        IamGrant.GRANT_KEYS_TO_EBS,
        IamGrant.REGISTER_IMAGES,
        IamGrant.TAG_WHAT_IS_MADE,
        IamGrant.UNTAG_WHAT_IS_FINISHED,
        IamGrant.DELETE_UNFINISHED_SNAPSHOTS,
        IamGrant.DEREGISTER_IMAGES),
    IMAGE_LOOK(IamGrant.LOOK_AT_IMAGES, IamGrant.FIND_REFERENCES, IamGrant.ASK_SNAPSHOT_LOCKS),
    IMAGE_CHANGES(
        IamGrant.CHANGE_IMAGES,
        IamGrant.DEREGISTER_IMAGES,
        IamGrant.DELETE_SNAPSHOTS_OF_IMAGES,
        IamGrant.LOOK_INTO_RECYCLE_BIN),
    IMAGE_END(
        IamGrant.LET_IMAGES_GO,
        IamGrant.DEREGISTER_IMAGES,
        IamGrant.DELETE_SNAPSHOTS_OF_IMAGES,
        IamGrant.LOOK_INTO_RECYCLE_BIN),
    RECYCLE_BIN(IamGrant.RECOVER_IMAGES),
    IMAGE_PROOF(IamGrant.READ_SNAPSHOTS, IamGrant.READ_ENCRYPTED_SNAPSHOTS),
    IMAGE_REMAINS(
        IamGrant.FIND_SNAPSHOTS, IamGrant.DELETE_UNFINISHED_SNAPSHOTS, IamGrant.DEREGISTER_IMAGES),
    ARCHIVE_LOOK(
        IamGrant.LOOK_INTO_BUCKETS, IamGrant.READ_ARCHIVES, IamGrant.READ_ENCRYPTED_ARCHIVES),
    ARCHIVE_SOURCE(
        IamGrant.LOOK_INTO_BUCKETS,
        IamGrant.READ_ARCHIVES,
        IamGrant.THAW_ARCHIVES,
        IamGrant.READ_ENCRYPTED_ARCHIVES),
    TAGS_OF_SOURCE(IamGrant.READ_TAGS_OF_ARCHIVES),
    ARCHIVE_TARGET(
        IamGrant.LOOK_INTO_BUCKETS,
        IamGrant.WRITE_ARCHIVES,
        IamGrant.WRITE_ENCRYPTED_ARCHIVES,
        IamGrant.TAG_ARCHIVES,
        IamGrant.LOCK_ARCHIVES,
        IamGrant.ASK_LOCKS,
        IamGrant.FIND_UPLOADS),
    ARCHIVE_REMAINS(IamGrant.FIND_UPLOADS, IamGrant.REMOVE_UPLOADS),
    RECIPIENT(IamGrant.MAKE_ARCHIVE_KEYS),
    IDENTITY(IamGrant.OPEN_ARCHIVE_KEYS);

    @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
    private final List<IamGrant> grants;

    Side(IamGrant... grants) {
      this.grants = List.of(grants);
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
  private final List<IamGrant> grants;

  IamJob(Side... sides) {
    grants = Arrays.stream(sides).flatMap(side -> side.grants.stream()).distinct().toList();
  }

  /** What it takes. */
  List<IamGrant> grants() {
    return grants;
  }

  /** Whether it has to do with archives in S3. */
  boolean needsBucket() {
    return grants.stream()
        .anyMatch(each -> each.on() == IamGrant.On.BUCKETS || each.on() == IamGrant.On.ARCHIVES);
  }

  /** As the command line has it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names of all jobs. */
  static String all() {
    return Arrays.stream(values()).map(IamJob::text).collect(Collectors.joining(", "));
  }
}

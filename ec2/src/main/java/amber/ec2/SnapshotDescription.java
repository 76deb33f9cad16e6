package amber.ec2;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.DescribeSnapshotsResponse;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * What EC2 says of a snapshot.
 *
 * @param state such as {@code completed}
 * @param storageTier such as {@code archive}
 * @param fullSizeBytes the size of all its listed blocks, where EC2 tells
 */
public record SnapshotDescription(
    String id,
    String ownerId,
    int sizeGiB,
    String state,
    Optional<String> stateMessage,
    Optional<String> progress,
    Optional<String> storageTier,
    Optional<String> outpostArn,
    boolean encrypted,
    Optional<String> kmsKeyId,
    Optional<String> description,
    Optional<Instant> startTime,
    Optional<Long> fullSizeBytes,
    Map<String, String> tags) {

  static final int MAX_GIB = 65_536;

  /** Checks the size: some have told it in bytes. */
  public SnapshotDescription {
    if (sizeGiB < 1 || sizeGiB > MAX_GIB) {
      throw new IllegalArgumentException(
          "%s: a volume of %d GiB, should be 1 to %d".formatted(id, sizeGiB, MAX_GIB));
    }
    tags = Map.copyOf(tags);
  }

  /** Asks EC2. */
  public static SnapshotDescription of(Ec2Connection aws, String snapshotId) throws IOException {
    DescribeSnapshotsResponse answer =
        aws.await(snapshotId, () -> aws.ec2().describeSnapshots(r -> r.snapshotIds(snapshotId)));
    if (answer.snapshots().size() != 1) {
      throw new NoSuchFileException(snapshotId, null, "EC2 shows no such snapshot in this region");
    }
    Snapshot found = answer.snapshots().get(0);
    try {
      return of(found);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static SnapshotDescription of(Snapshot found) {
    Map<String, String> tags = new TreeMap<>();
    for (Tag tag : found.tags()) {
      tags.put(tag.key(), tag.value());
    }
    return new SnapshotDescription(
        found.snapshotId(),
        found.ownerId(),
        found.volumeSize() == null ? 0 : found.volumeSize(),
        found.stateAsString(),
        text(found.stateMessage()),
        text(found.progress()),
        text(found.storageTierAsString()),
        text(found.outpostArn()),
        Boolean.TRUE.equals(found.encrypted()),
        text(found.kmsKeyId()),
        text(found.description()),
        Optional.ofNullable(found.startTime()),
        Optional.ofNullable(found.fullSnapshotSizeInBytes()),
        tags);
  }

  private static Optional<String> text(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isEmpty());
  }

  /** The size of its volume. */
  public long sizeBytes() {
    return (long) sizeGiB << 30;
  }

  /** Refuses, with the remedy, what EBS direct would refuse later in words of its own. */
  void requireReadable(Ec2Connection aws) throws IOException {
    if (outpostArn.isPresent()) {
      throw new UnreadableSnapshotException(
          id, "is on an Outpost, should be in the region: copy it there first");
    }
    if (storageTier.filter("archive"::equals).isPresent()) {
      throw new UnreadableSnapshotException(
          id,
          "is in the archive tier, should be in the standard tier: restore it first"
              + " (aws ec2 restore-snapshot-tier), which takes up to 72 hours");
    }
    if (!state.equals("completed")) {
      String remedy = state.equals("pending") ? ": wait until it is" : "";
      throw new UnreadableSnapshotException(
          id,
          "is %s%s%s, should be completed%s"
              .formatted(
                  state,
                  progress.map(percent -> " at " + percent).orElse(""),
                  stateMessage.map(message -> " (" + message + ")").orElse(""),
                  remedy));
    }
    if (isPublic(aws)) {
      throw new UnreadableSnapshotException(
          id,
          "is public, which EBS direct does not read: copy it into your account first"
              + " (aws ec2 copy-snapshot, or copy-image for a whole AMI)");
    }
  }

  /** Only the owner may ask; a snapshot of another account is then what its first block says. */
  private boolean isPublic(Ec2Connection aws) throws IOException {
    try {
      return aws
          .await(
              id,
              () ->
                  aws.ec2()
                      .describeSnapshotAttribute(
                          r -> r.snapshotId(id).attribute("createVolumePermission")))
          .createVolumePermissions()
          .stream()
          .map(CreateVolumePermission::groupAsString)
          .anyMatch("all"::equals);
    } catch (java.nio.file.AccessDeniedException e) {
      return isRestorableByAll(aws);
    }
  }

  private boolean isRestorableByAll(Ec2Connection aws) throws IOException {
    return !aws.await(
            id,
            () -> aws.ec2().describeSnapshots(r -> r.snapshotIds(id).restorableByUserIds("all")))
        .snapshots()
        .isEmpty();
  }
}

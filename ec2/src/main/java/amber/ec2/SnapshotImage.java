package amber.ec2;

import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/** Describes a single snapshot as an image of one volume, of which nothing else is known. */
public final class SnapshotImage {

  private SnapshotImage() {}

  /**
   * Describes a snapshot. The image has its id and tags; it has no name, and no devices.
   *
   * @throws NoSuchFileException if there is no such snapshot
   */
  public static Ami describe(Ec2Connection aws, String snapshotId) throws IOException {
    return describe(aws, SnapshotDescription.of(aws, snapshotId));
  }

  /** Describes a snapshot as far as EC2 was asked. */
  static Ami describe(Ec2Connection aws, SnapshotDescription snapshot) {
    Attributes.Builder ec2 =
        new Attributes.Builder()
            .put("region", aws.settings().region().id())
            .put("ownerId", snapshot.ownerId())
            .put("snapshots", List.of(AmiReader.snapshot(snapshot)));
    Attributes.Builder attributes =
        new Attributes.Builder()
            .put("id", snapshot.id())
            .put("description", snapshot.description().orElse(null))
            .put("createdAt", snapshot.startTime().map(Object::toString).orElse(null))
            .put("tags", Tags.settable(snapshot.tags()))
            .put(AmiReader.EC2, ec2.build());
    Volume volume = new Volume(0, snapshot.sizeBytes(), Optional.empty());
    return new Ami(
        new Image(attributes.build(), List.of(volume)), List.of(snapshot.id()), List.of());
  }
}

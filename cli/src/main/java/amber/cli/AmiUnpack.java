package amber.cli;

import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.ec2.Ec2Connection;
import amber.ec2.ImageRegistrar;
import amber.ec2.RegisteredImage;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.image.Image;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/** Unpacks an archive into new snapshots, and registers an image of them. */
final class AmiUnpack {

  private final Ec2Connection aws;
  private final ArchiveReader archive;
  private final Image image;
  private final String name;

  /**
   * What came of it.
   *
   * @param snapshotIds by the volumes' numbers
   */
  record Made(RegisteredImage image, SortedMap<Integer, String> snapshotIds) {}

  AmiUnpack(Ec2Connection aws, ArchiveReader archive, Image image, String name) {
    this.aws = aws;
    this.archive = archive;
    this.image = image;
    this.name = name;
  }

  /** Fails if the image could not be registered. */
  void check() throws IOException {
    new ImageRegistrar(aws, false).requireRegistrable(image, name);
  }

  /** Makes the image; if anything fails, nothing of it stays. */
  Made run(int threads, Progress progress) throws IOException {
    Map<Integer, SnapshotRequest> requests = requests();
    try (SnapshotWriter writer = new SnapshotWriter(aws, requests::get)) {
      new Unpacker(threads, progress).unpack(archive, writer);
      writer.awaitCompleted();
      SortedMap<Integer, String> snapshotIds = writer.snapshotIds();
      RegisteredImage registered =
          new ImageRegistrar(aws, false).register(image, name, snapshotIds);
      writer.keep();
      return new Made(registered, snapshotIds);
    }
  }

  private Map<Integer, SnapshotRequest> requests() throws IOException {
    Map<Integer, SnapshotRequest> requests = new HashMap<>();
    String run = UUID.randomUUID().toString();
    for (int number = 0; number < image.volumes().size(); number++) {
      String token = "amber-%s-%d".formatted(run, number);
      requests.put(number, SnapshotRequest.of(image, number, Optional.empty(), token));
    }
    return requests;
  }
}

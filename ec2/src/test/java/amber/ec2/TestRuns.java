package amber.ec2;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.image.Image;
import amber.image.Manifest;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;

/** Whole runs, as a command makes them. */
final class TestRuns {

  private static final Geometry SMALL = new Geometry(2, 4);

  private TestRuns() {}

  /** A registered image of one snapshot. */
  static String ami(Ec2Connection aws, String name, String snapshotId) throws IOException {
    return aws.await(
            "test",
            () ->
                aws.ec2()
                    .registerImage(
                        r ->
                            r.name(name)
                                .architecture("x86_64")
                                .virtualizationType("hvm")
                                .rootDeviceName("/dev/xvda")
                                .enaSupport(true)
                                .blockDeviceMappings(device("/dev/xvda", snapshotId))))
        .imageId();
  }

  static BlockDeviceMapping device(String name, String snapshotId) {
    return BlockDeviceMapping.builder()
        .deviceName(name)
        .ebs(e -> e.snapshotId(snapshotId).volumeType("gp3"))
        .build();
  }

  /** Packs an image into a file. */
  static void pack(Ec2Connection aws, String imageId, Path archive) throws IOException {
    Ami ami = new AmiReader(aws).describe(imageId);
    List<SnapshotBlocks> sources = new ArrayList<>();
    try {
      for (String snapshotId : ami.snapshotIds()) {
        sources.add(SnapshotBlocks.open(aws, snapshotId));
      }
      Packer packer = new Packer(new PackOptions(1, 2, SMALL), new Progress());
      Plan plan =
          packer.plan(
              ami.image(),
              Manifest.write(ami.image()),
              sources,
              listed -> ArchiveStamp.now("test"));
      packer.pack(plan, sources, new FileStore(false, false), archive.toString());
    } finally {
      for (SnapshotBlocks source : sources) {
        source.close();
      }
    }
  }

  /** Packs a snapshot into a file. */
  static void pack(Ami snapshot, SnapshotBlocks blocks, Path archive) throws IOException {
    Packer packer = new Packer(new PackOptions(1, 2, SMALL), new Progress());
    Plan plan =
        packer.plan(
            snapshot.image(),
            Manifest.write(snapshot.image()),
            List.of(blocks),
            listed -> ArchiveStamp.now("test"));
    packer.pack(plan, List.of(blocks), new FileStore(false, false), archive.toString());
  }

  /** Unpacks an archive into new snapshots, and registers an image of them. */
  static RegisteredImage unpack(Ec2Connection aws, Path archive, String name) throws IOException {
    try (ArchiveSource source = FileStore.open(archive)) {
      ArchiveReader reader = ArchiveReader.open(source);
      return unpack(aws, reader, name, requests(reader.image(), Optional.empty())::get);
    }
  }

  static RegisteredImage unpack(
      Ec2Connection aws, ArchiveReader archive, String name, IntFunction<SnapshotRequest> requests)
      throws IOException {
    try (SnapshotWriter writer = new SnapshotWriter(aws, requests)) {
      new Unpacker(2, new Progress()).unpack(archive, writer);
      writer.awaitCompleted();
      RegisteredImage registered =
          new ImageRegistrar(aws, false).register(archive.image(), name, writer.snapshotIds());
      writer.keep();
      return registered;
    }
  }

  /** What each snapshot shall be, by volume. */
  static Map<Integer, SnapshotRequest> requests(Image image, Optional<String> key)
      throws IOException {
    Map<Integer, SnapshotRequest> requests = new TreeMap<>();
    for (int number = 0; number < image.volumes().size(); number++) {
      requests.put(number, SnapshotRequest.of(image, number, key, "test-" + UUID.randomUUID()));
    }
    return requests;
  }
}

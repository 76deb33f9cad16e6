package amber.cli;

import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.block.Block;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Preflight;
import amber.ec2.ImageRegistrar;
import amber.ec2.RegisteredImage;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.image.Image;
import amber.work.Preflight;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;

/** Unpacks an archive into new snapshots, and registers an image of them. */
final class AmiUnpack {

  private final Ec2Connection aws;
  private final ArchiveReader archive;
  private final String name;
  private final AmiOptions options;
  private final Image image;
  private final ImageRegistrar registrar;

  /** The volumes that get zeros where nothing was written. */
  private final Set<Integer> filled = new HashSet<>();

  /**
   * What came of it.
   *
   * @param snapshotIds by the volumes' numbers
   */
  record Made(RegisteredImage image, SortedMap<Integer, String> snapshotIds) {}

  AmiUnpack(Ec2Connection aws, ArchiveReader archive, String name, AmiOptions options) {
    this.aws = aws;
    this.archive = archive;
    this.name = name;
    this.options = options;
    this.image = WantedImage.of(archive.image(), options);
    this.registrar = new ImageRegistrar(aws, options.allowProductCodes());
  }

  /**
   * Finds out, before anything is made, whether the image could be.
   *
   * @return what to know of the snapshots
   */
  List<String> check(Preflight preflight) throws IOException {
    Map<Integer, SnapshotRequest> requests = requests();
    SortedSet<Integer> noisy =
        Ec2Preflight.unpacking(
                aws, image, name, requests::get, options.allowProductCodes(), preflight)
            .noisyHoles();
    noisy.removeIf(number -> isFull(number));
    if (options.fillHoles()) {
      filled.addAll(noisy);
      return List.of();
    }
    return noisy.stream()
        .map(
            number ->
                ("ami:%s: %s will be encrypted, so that blocks which were never written read as"
                        + " noise, not as zeros; --fill-holes writes zeros there")
                    .formatted(name, image.volumes().get(number)))
        .toList();
  }

  private boolean isFull(int number) {
    return blocks(number) == archive.index().volumes().get(number).listed().size();
  }

  /** A snapshot has whole GiB. */
  private long blocks(int number) {
    long gib = 1L << 30;
    return (image.volumes().get(number).sizeBytes() + gib - 1) / gib * (gib / Block.SIZE);
  }

  /** Adds to a bill what writing the snapshots costs; after the check. */
  void charge(Bill bill) {
    for (int number = 0; number < image.volumes().size(); number++) {
      bill.writeSnapshot(
          filled.contains(number)
              ? blocks(number)
              : archive.index().volumes().get(number).listed().size());
    }
  }

  /** Makes the image; if anything fails, nothing of it stays. */
  Made run(int threads, Progress progress) throws IOException {
    Map<Integer, SnapshotRequest> requests = requests();
    try (SnapshotWriter writer = new SnapshotWriter(aws, requests::get)) {
      new Unpacker(threads, progress).unpack(archive, writer);
      writer.awaitCompleted();
      SortedMap<Integer, String> snapshotIds = writer.snapshotIds();
      RegisteredImage registered = registrar.register(image, name, snapshotIds);
      writer.keep();
      return new Made(registered, snapshotIds);
    }
  }

  private Map<Integer, SnapshotRequest> requests() throws IOException {
    Map<Integer, SnapshotRequest> requests = new HashMap<>();
    String run = UUID.randomUUID().toString();
    for (int number = 0; number < image.volumes().size(); number++) {
      requests.put(number, request(number, "amber-%s-%d".formatted(run, number)));
    }
    return requests;
  }

  private SnapshotRequest request(int number, String clientToken) throws IOException {
    try {
      SnapshotRequest packed =
          SnapshotRequest.of(archive.image(), number, options.kmsKeyArn(), clientToken);
      Map<String, String> tags = new LinkedHashMap<>(packed.tags());
      tags.putAll(options.tags());
      return new SnapshotRequest(
          packed.description(),
          tags,
          options.encrypt(),
          options.kmsKeyArn(),
          clientToken,
          options.timeoutMinutes(),
          filled.contains(number));
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "volume %d: %s".formatted(number, e.getMessage()),
          "EC2 would not take that; correct the option, or what the archive was packed from");
    }
  }
}

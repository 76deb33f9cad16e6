package amber.cli;

import amber.UnpackJournal;
import amber.block.Block;
import amber.block.BlockSet;
import amber.block.VolumeRemains;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Preflight;
import amber.ec2.ImageRegistrar;
import amber.ec2.RegisteredImage;
import amber.ec2.RegistrationLog;
import amber.ec2.SnapshotComparison;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.ec2.TaskTag;
import amber.image.Image;
import amber.image.Volume;
import amber.work.Preflight;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Puts an image into new snapshots, and registers an AMI of them. */
final class AmiUnpack {

  private final Ec2Connection aws;
  private final Image packed;
  private final List<BlockSet> listed;
  private final String name;
  private final AmiOptions options;
  private final Image image;
  private final ImageRegistrar registrar;

  /** The volumes that get zeros where nothing was written. */
  private final Set<Integer> filled = new HashSet<>();

  private Proof proof = (written, filled) -> {};

  /** Looks at the new snapshots before an image is registered of them. */
  @FunctionalInterface
  interface Proof {
    /**
     * Fails if they do not hold what they should.
     *
     * @param filled the volumes that have zeros where nothing was written
     */
    void prove(SnapshotWriter written, Set<Integer> filled) throws IOException;
  }

  /**
   * What came of it.
   *
   * @param snapshotIds by the volumes' numbers
   * @param flaw what is not as it should be, though it does no harm
   */
  record Made(
      RegisteredImage image, SortedMap<Integer, String> snapshotIds, Optional<String> flaw) {}

  /**
   * An image to be made.
   *
   * @param packed what the archive or the source says of it
   * @param listed each volume's listed blocks
   * @param name it gets
   */
  AmiUnpack(
      Ec2Connection aws, Image packed, List<BlockSet> listed, String name, AmiOptions options) {
    this(aws, packed, WantedImage.of(packed, options), listed, name, options);
  }

  private AmiUnpack(
      Ec2Connection aws,
      Image packed,
      Image wanted,
      List<BlockSet> listed,
      String name,
      AmiOptions options) {
    this.aws = aws;
    this.packed = packed;
    this.listed = listed;
    this.name = name;
    this.options = options;
    this.image = wanted;
    this.registrar = new ImageRegistrar(aws, options.allowProductCodes());
  }

  /** Registers only what was proved. */
  AmiUnpack proving(Proof what) {
    proof = what;
    return this;
  }

  /**
   * Finds out what stands in the way on this side, of an image that cannot be read: as far as it
   * would of any.
   *
   * @param name it shall get, or none if it keeps its own
   */
  static void checkPlace(
      Ec2Connection aws, Optional<String> name, AmiOptions options, Preflight preflight)
      throws IOException {
    Image any = new Image(Map.of(), List.of(new Volume(0, 1L << 30, Optional.empty())));
    List<BlockSet> none = List.of(new BlockSet.Builder().build());
    // What the options say of it may fit to the image that cannot be read, so it is left out.
    Map<Integer, SnapshotRequest> requests =
        new AmiUnpack(aws, any, any, none, name.orElse(""), options)
            .requests(UUID.randomUUID().toString());
    Ec2Preflight.unpackingAny(aws, any, name, requests::get, preflight);
  }

  /**
   * Finds out, before anything is made, whether the image could be.
   *
   * @param left what an earlier run has left of the volumes
   * @return what to know of the snapshots
   */
  List<String> check(Preflight preflight, Collection<VolumeRemains> left) throws IOException {
    Map<Integer, SnapshotRequest> requests = requests(UUID.randomUUID().toString());
    SortedSet<Integer> noisy =
        Ec2Preflight.goingOn(
                aws,
                image,
                name,
                requests::get,
                options.allowProductCodes(),
                SnapshotWriter.snapshotIds(left),
                preflight)
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
    return blocks(number) == listed.get(number).size();
  }

  /** A snapshot has whole GiB. */
  private long blocks(int number) {
    long gib = 1L << 30;
    return (image.volumes().get(number).sizeBytes() + gib - 1) / gib * (gib / Block.SIZE);
  }

  /** Adds to a bill what writing the snapshots costs; after the check. */
  void charge(Bill bill) {
    for (int number = 0; number < image.volumes().size(); number++) {
      bill.writeSnapshot(filled.contains(number) ? blocks(number) : listed.get(number).size());
    }
  }

  /**
   * All that the image depends on.
   *
   * @param source what its blocks come from
   * @param to where it is made
   */
  static TaskRecipe recipe(TaskRecipe source, AwsSide to, AmiOptions options) throws IOException {
    TaskRecipe recipe = source.withPlace(to.ec2Place());
    options.given().forEach(recipe::with);
    return recipe;
  }

  /**
   * The making of the image; if anything fails that is not noted, nothing of it stays.
   *
   * @param blocks those of the image
   */
  UnpackTask.Work<Made> work(ImageBlocks blocks) {
    return new UnpackTask.Work<>() {
      @Override
      public Made run(Optional<UnpackJournal> notes) throws IOException {
        return make(
            notes,
            writer -> {
              if (notes.isPresent()) {
                blocks.into(writer, notes.get());
              } else {
                blocks.into(writer);
              }
            });
      }

      @Override
      public void discard(UnpackJournal notes) throws IOException {
        AmiUnpack.discard(aws, name, notes.remains(), notes.publishing());
      }

      @Override
      public Optional<Duration> keptFor() {
        return Optional.of(Duration.ofMinutes(options.timeoutMinutes()));
      }

      @Override
      public Map<String, Object> result(Made made) {
        return TaskResult.ofImage(made.image().imageId());
      }
    };
  }

  /** Brings the blocks of an image into snapshots. */
  private interface Writing {
    void into(SnapshotWriter writer) throws IOException;
  }

  private Made make(Optional<UnpackJournal> notes, Writing blocks) throws IOException {
    String run = notes.map(UnpackJournal::taskId).orElseGet(() -> UUID.randomUUID().toString());
    Map<Integer, SnapshotRequest> requests = requests(run);
    try (SnapshotWriter writer = new SnapshotWriter(aws, requests::get)) {
      blocks.into(writer);
      writer.awaitCompleted();
      proof.prove(writer, filled);
      SortedMap<Integer, String> snapshotIds = writer.snapshotIds();
      List<String> differences =
          new ArrayList<>(SnapshotComparison.differences(aws, snapshotIds, requests::get));
      RegisteredImage registered =
          notes.isPresent()
              ? registrar.register(
                  image, name, snapshotIds, new RegistrationNotes(notes.get(), name))
              : registrar.register(image, name, snapshotIds);
      writer.keep();
      differences.addAll(0, registered.differences());
      return new Made(
          new RegisteredImage(registered.imageId(), differences), snapshotIds, untagged(writer));
    }
  }

  /** Says why the snapshots are still tagged as if they were being made, if they are. */
  private Optional<String> untagged(SnapshotWriter writer) {
    if (!options.taskTag()) {
      return Optional.empty();
    }
    try {
      writer.untag();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "tag %s stays on the snapshots (ec2:DeleteTags): %s"
              .formatted(TaskTag.NAME, ErrorReport.message(e)));
    }
  }

  /** Removes what a run has noted of an image: the image first, which its snapshots wait for. */
  static void discard(
      Ec2Connection aws,
      String name,
      SortedMap<Integer, VolumeRemains> left,
      Optional<String> publishing)
      throws IOException {
    if (publishing.isPresent()) {
      new ImageRegistrar(aws, true).withdraw(name, SnapshotWriter.snapshotIds(left.values()));
    }
    try (SnapshotWriter writer = SnapshotWriter.ofNone(aws)) {
      UnpackJournal.discard(writer, left);
    }
  }

  private Map<Integer, SnapshotRequest> requests(String run) throws IOException {
    Map<Integer, SnapshotRequest> requests = new HashMap<>();
    for (int number = 0; number < image.volumes().size(); number++) {
      // Another start, by a later run, shall be another snapshot.
      String token =
          "amber-%s-%d-%08x".formatted(run, number, ThreadLocalRandom.current().nextInt());
      SnapshotRequest request = request(number, token);
      requests.put(number, options.taskTag() ? request.withTaskTag() : request);
    }
    return requests;
  }

  /** Notes in the run's journal how far the registration is. */
  private record RegistrationNotes(UnpackJournal notes, String name) implements RegistrationLog {

    @Override
    public boolean mayHaveWorked() {
      return notes.publishing().isPresent();
    }

    @Override
    public void registering() {
      notes.publishing(name);
    }

    @Override
    public void registered(String imageId) {
      notes.published(imageId);
    }

    @Override
    public void withdrawn() {
      notes.withdrawn();
    }
  }

  private SnapshotRequest request(int number, String clientToken) throws IOException {
    try {
      SnapshotRequest plain = SnapshotRequest.of(packed, number, options.kmsKeyArn(), clientToken);
      Map<String, String> tags = new LinkedHashMap<>(plain.tags());
      tags.putAll(options.tags());
      return new SnapshotRequest(
          plain.description(),
          tags,
          options.encrypt(),
          options.kmsKeyArn(),
          clientToken,
          options.timeoutMinutes(),
          filled.contains(number));
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "volume %d: %s".formatted(number, e.getMessage()),
          "EC2 would not take that; correct the option, or what the image comes from");
    }
  }
}

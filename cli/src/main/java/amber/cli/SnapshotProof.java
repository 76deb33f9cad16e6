package amber.cli;

import amber.Progress;
import amber.ReadPlan;
import amber.Verifier;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotBlocks;
import amber.ec2.SnapshotWriter;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads back what came of the blocks of an image, and compares it with what they were: all of them,
 * with the digests that were made while they were copied, or a sample, with the source itself.
 * Which blocks there are is always compared.
 */
final class SnapshotProof implements AmiUnpack.Proof {

  /** How many blocks of an image a sample has at most: 512 MiB. */
  static final int SAMPLE_BLOCKS = 1024;

  private static final int BATCH = 64;

  private final Mode mode;
  private final long seed;
  private final ReadPlan plan;
  private final List<BlockSource> sources;
  private final Ec2Connection aws;
  private final Verifier verifier;
  private long compared;

  /** How much is read back. */
  enum Mode {
    FULL,
    SAMPLE
  }

  /**
   * A proof.
   *
   * @param seed decides which blocks are in a sample
   * @param sources what was copied
   * @param aws where it was copied to
   * @param threads how many segments are read at once
   */
  SnapshotProof(
      Mode mode,
      long seed,
      ReadPlan plan,
      List<BlockSource> sources,
      Ec2Connection aws,
      int threads) {
    this.mode = mode;
    this.seed = seed;
    this.plan = plan;
    this.sources = sources;
    this.aws = aws;
    this.verifier = new Verifier(threads, new Progress());
  }

  @Override
  public void prove(SnapshotWriter written, Set<Integer> filled) throws IOException {
    List<SnapshotBlocks> targets = new ArrayList<>();
    try {
      for (Volume volume : plan.volumes()) {
        targets.add(SnapshotBlocks.open(aws, written.snapshotIds().get(volume.number())));
      }
      ReadPlan found = listed(targets, filled);
      if (mode == Mode.FULL) {
        compareAll(found, targets, written);
      } else {
        compareSample(targets);
      }
    } finally {
      targets.forEach(SnapshotBlocks::close);
    }
  }

  /** Lists the new snapshots, and compares that with what was to be there. */
  private ReadPlan listed(List<SnapshotBlocks> targets, Set<Integer> filled) throws IOException {
    List<Volume> volumes = new ArrayList<>();
    List<BlockSet> all = new ArrayList<>();
    for (Volume volume : plan.volumes()) {
      SnapshotBlocks target = targets.get(volume.number());
      BlockSet found = target.listed();
      BlockSet wanted = plan.listed().get(volume.number());
      if (filled.contains(volume.number())) {
        wanted = new BlockSet.Builder().add(0, Block.count(target.sizeBytes())).build();
      }
      if (!found.equals(wanted)) {
        throw new MismatchException(
            target.location(),
            "lists %s, should list %s, which %s has".formatted(found, wanted, volume));
      }
      volumes.add(new Volume(volume.number(), target.sizeBytes(), volume.device()));
      all.add(found);
    }
    return new ReadPlan(volumes, all);
  }

  private void compareAll(ReadPlan found, List<SnapshotBlocks> targets, SnapshotWriter written)
      throws IOException {
    List<byte[]> linear = verifier.verify(found, targets);
    for (Volume volume : found.volumes()) {
      byte[] now = linear.get(volume.number());
      byte[] wanted = written.linearDigest(volume.number());
      if (!Arrays.equals(now, wanted)) {
        throw new MismatchException(
            targets.get(volume.number()).location(),
            "LINEAR SHA-256 of its blocks is %s, should be %s"
                .formatted(BlockDigest.hex(now), BlockDigest.hex(wanted)));
      }
    }
    compared = found.blockCount();
  }

  private void compareSample(List<SnapshotBlocks> targets) throws IOException {
    List<SortedSet<Integer>> ordinals = sample();
    for (Volume volume : plan.volumes()) {
      BlockSet listed = plan.listed().get(volume.number());
      int[] indexes =
          ordinals.get(volume.number()).stream()
              .mapToInt(ordinal -> listed.slice(ordinal, 1)[0])
              .toArray();
      for (int at = 0; at < indexes.length; at += BATCH) {
        int[] batch = Arrays.copyOfRange(indexes, at, Math.min(indexes.length, at + BATCH));
        compare(sources.get(volume.number()), targets.get(volume.number()), batch);
      }
    }
  }

  /** The places of some blocks among the listed ones of each volume. */
  private List<SortedSet<Integer>> sample() {
    List<SortedSet<Integer>> ordinals = new ArrayList<>();
    plan.volumes().forEach(volume -> ordinals.add(new TreeSet<>()));
    Random random = new Random(seed);
    long all = plan.blockCount();
    Set<Long> chosen = new TreeSet<>();
    while (chosen.size() < Math.min(all, SAMPLE_BLOCKS)) {
      chosen.add((long) (random.nextDouble() * all));
    }
    for (long place : chosen) {
      long rest = place;
      int volume = 0;
      while (rest >= plan.listed().get(volume).size()) {
        rest -= plan.listed().get(volume).size();
        volume++;
      }
      ordinals.get(volume).add((int) rest);
    }
    return ordinals;
  }

  private void compare(BlockSource source, BlockSource target, int[] indexes) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
    try (BlockReader was = source.read(indexes);
        BlockReader is = target.read(indexes)) {
      for (int index : indexes) {
        byte[] wanted = was.next(slot.clear());
        byte[] found = is.next(slot.clear());
        if (!Arrays.equals(wanted, found)) {
          throw new MismatchException(
              target.location(),
              "block %d has SHA-256 %s, should have %s, as %s has"
                  .formatted(
                      index, BlockDigest.hex(found), BlockDigest.hex(wanted), source.location()));
        }
        compared++;
      }
    }
  }

  /** What was proved, for programs; after it was. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mode", mode == Mode.FULL ? "full" : "sample");
    json.put("blocks", compared);
    json.put("seed", mode == Mode.FULL ? null : seed);
    return json;
  }

  /** For people. */
  String text() {
    return mode == Mode.FULL
        ? "verified: the new snapshots list what they should, and all of %s were read back"
            .formatted(Text.count(compared, "block"))
        : "verified: the new snapshots list what they should, and %s of %s were compared (seed %d)"
            .formatted(Text.count(compared), Text.count(plan.blockCount(), "block"), seed);
  }

  /** What the proof reads. */
  void charge(Bill bill) {
    long sampled = Math.min(plan.blockCount(), SAMPLE_BLOCKS);
    for (BlockSet listed : plan.listed()) {
      bill.readSnapshot(mode == Mode.FULL ? listed.size() : 0);
    }
    if (mode == Mode.SAMPLE) {
      bill.readBlocks(2 * sampled);
    }
  }
}

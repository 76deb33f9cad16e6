package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.http.Interference;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One thread that works keeps as many requests under way as there are buffers, both ways. */
class FarAwayTest {

  private static final int IN_FLIGHT = 12;
  private static final int BLOCKS = 40;

  // One segment has fewer blocks than may be under way.
  private static final Geometry GEOMETRY = new Geometry(2, 4);

  @TempDir Path directory;

  /** Answers no block before so many are asked for, or it took too long. */
  private static Interference gate(String gated, AtomicInteger most, AtomicInteger late) {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger underWay = new AtomicInteger();
    CountDownLatch open = new CountDownLatch(IN_FLIGHT);
    return (service, operation, request, call) -> {
      if (!operation.equals(gated) || calls.incrementAndGet() > BLOCKS) {
        return call.run();
      }
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      open.countDown();
      try {
        if (!open.await(20, TimeUnit.SECONDS)) {
          late.incrementAndGet();
        }
      } catch (InterruptedException e) {
        late.incrementAndGet();
      }
      underWay.decrementAndGet();
      return call.run();
    };
  }

  private TestAws start(Interference interference) throws IOException {
    return TestAws.start(
        directory.resolve("aws"), EbsRules.DEFAULT, Ec2Rules.DEFAULT, interference);
  }

  private static Ec2Connection connect(TestAws emulator) {
    return Ec2Connection.open(emulator.settings(TestAws.EAST).withSpeed(IN_FLIGHT, 900));
  }

  private static String snapshot(Ec2Connection aws) throws IOException {
    Map<Integer, Integer> seeds = new HashMap<>();
    for (int index = 0; index < BLOCKS; index++) {
      seeds.put(index, index);
    }
    return TestAws.snapshot(aws, 1L << 30, seeds, TestAws.request(Map.of(), Optional.empty()));
  }

  private void pack(Ec2Connection aws, String snapshotId, Path archive) throws IOException {
    try (SnapshotBlocks source = SnapshotBlocks.open(aws, snapshotId)) {
      Image image =
          new Image(
              Map.of("name", "test"), List.of(new Volume(0, source.sizeBytes(), Optional.empty())));
      Packer packer = new Packer(new PackOptions(1, 1, GEOMETRY), new Progress());
      Plan plan =
          packer.plan(
              image, Manifest.write(image), List.of(source), listed -> ArchiveStamp.now("test"));
      packer.pack(plan, List.of(source), new FileStore(false, false), archive.toString());
    }
  }

  @Test
  void blocksOfTheNextSegmentsAreAskedForWhileOneIsRead() throws IOException {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    try (TestAws emulator = start(gate("GetSnapshotBlock", most, late));
        Ec2Connection aws = connect(emulator)) {
      pack(aws, snapshot(aws), directory.resolve("a.bin"));
      assertThat(late).hasValue(0);
      assertThat(most.get()).isEqualTo(IN_FLIGHT);
      assertThat(aws.readSlots().freeCount()).isEqualTo(IN_FLIGHT);
      assertThat(aws.counts().gets()).isEqualTo(BLOCKS);
    }
  }

  @Test
  void decoderDoesNotWaitForBlocksToArrive() throws IOException {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    Path archive = directory.resolve("a.bin");
    String original;
    try (TestAws emulator = start(Interference.NONE);
        Ec2Connection aws = connect(emulator)) {
      original = snapshot(aws);
      pack(aws, original, archive);
    }
    try (TestAws emulator = start(gate("PutSnapshotBlock", most, late));
        Ec2Connection aws = connect(emulator);
        ArchiveSource source = FileStore.open(archive);
        SnapshotWriter writer =
            new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()))) {
      new Unpacker(1, new Progress()).unpack(ArchiveReader.open(source), writer);
      writer.awaitCompleted();
      writer.keep();
      assertThat(late).hasValue(0);
      assertThat(most.get()).isEqualTo(IN_FLIGHT);
      assertThat(aws.writeSlots().freeCount()).isEqualTo(IN_FLIGHT);
      assertThat(emulator.blocks(TestAws.EAST, writer.snapshotIds().get(0)))
          .isEqualTo(emulator.blocks(TestAws.EAST, original));
    }
  }
}

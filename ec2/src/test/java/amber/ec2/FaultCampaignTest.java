package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import amber.Progress;
import amber.Verifier;
import amber.archive.ArchiveReader;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A small pack and a small unpack, again and again, each time with harm to another request, until
 * every request had its turn. A run ends right, or fails and leaves nothing; it never hangs.
 */
class FaultCampaignTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 1, 0, 9, 4);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path directory;

  private static TestAws emulator;
  private static String imageId;
  private static Path archive;
  private static SortedMap<Integer, ByteBuffer> blocks;

  @BeforeAll
  static void start() throws IOException {
    emulator = TestAws.start(directory.resolve("aws"), EbsRules.DEFAULT, Ec2Rules.DEFAULT);
    archive = directory.resolve("whole.bin");
    try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
      String snapshotId =
          TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
      imageId = TestRuns.ami(aws, "packed", snapshotId);
      TestRuns.pack(aws, imageId, archive);
      blocks = emulator.blocks(TestAws.EAST, snapshotId);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    emulator.close();
  }

  /** A run; what it throws is its failure. */
  private interface Run {
    void run(Ec2Connection aws) throws IOException;
  }

  /**
   * Runs it with harm to the first request, the second and so on, until there are no more.
   *
   * @param mustPass whether a run has to recover from it
   * @return how many runs had to do with it
   */
  private static int campaign(String which, String harm, boolean mustPass, Run run, Run cleaning)
      throws IOException {
    for (int number = 1; ; number++) {
      String fault = "%s:nth=%d:%s".formatted(which, number, harm);
      emulator.faults().clear();
      emulator.faults().add(fault);
      try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
        Optional<IOException> failure =
            assertTimeoutPreemptively(LIMIT, () -> failure(run, aws), fault);
        if (mustPass) {
          assertThat(failure).as(fault).isEmpty();
        }
        long met = emulator.faults().met(fault);
        emulator.faults().clear();
        cleaning.run(aws);
        assertThat(aws.readSlots().freeCount()).as(fault).isEqualTo(8);
        assertThat(aws.writeSlots().freeCount()).as(fault).isEqualTo(8);
        assertThat(emulator.region(TestAws.EAST).images().all()).as(fault).hasSize(1);
        assertThat(emulator.region(TestAws.EAST).snapshots().all()).as(fault).hasSize(1);
        try (Stream<Path> files = Files.list(directory)) {
          assertThat(files.map(file -> file.getFileName().toString()))
              .as(fault)
              .containsExactlyInAnyOrder("aws", "whole.bin");
        }
        if (met == 0) {
          return number - 1;
        }
      }
    }
  }

  private static Optional<IOException> failure(Run run, Ec2Connection aws) {
    try {
      run.run(aws);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static void pack(Ec2Connection aws) throws IOException {
    TestRuns.pack(aws, imageId, directory.resolve("new.bin"));
  }

  private static void checkArchive(Ec2Connection aws) throws IOException {
    Path packed = directory.resolve("new.bin");
    if (!Files.exists(packed)) {
      return;
    }
    try (ArchiveSource source = FileStore.open(packed);
        ArchiveSource whole = FileStore.open(archive)) {
      ArchiveReader reader = ArchiveReader.open(source);
      new Verifier(1, new Progress()).verify(reader);
      assertThat(reader.seal().volumes())
          .usingRecursiveComparison()
          .isEqualTo(ArchiveReader.open(whole).seal().volumes());
    }
    Files.delete(packed);
  }

  private static void unpack(Ec2Connection aws) throws IOException {
    RegisteredImage made = TestRuns.unpack(aws, archive, "unpacked");
    assertThat(made.differences()).isEmpty();
    List<String> snapshotIds = new AmiReader(aws).describe(made.imageId()).snapshotIds();
    assertThat(snapshotIds).hasSize(1);
    assertThat(emulator.blocks(TestAws.EAST, snapshotIds.get(0))).isEqualTo(blocks);
  }

  private static void removeImage(Ec2Connection aws) throws IOException {
    for (var image : emulator.region(TestAws.EAST).images().all()) {
      if (!image.id().equals(imageId)) {
        List<String> snapshotIds = new AmiReader(aws).describe(image.id()).snapshotIds();
        aws.await("test", () -> aws.ec2().deregisterImage(r -> r.imageId(image.id())));
        for (String snapshotId : snapshotIds) {
          aws.await("test", () -> aws.ec2().deleteSnapshot(r -> r.snapshotId(snapshotId)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status=500", "throttle", "cut-before", "cut-after", "truncate", "expired"})
  void packRecoversFromHarmToAnyRequest(String harm) throws IOException {
    int requests =
        campaign("*:*", harm, true, FaultCampaignTest::pack, FaultCampaignTest::checkArchive);
    assertThat(requests).isGreaterThanOrEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status=500", "throttle", "cut-before", "cut-after", "truncate", "expired"})
  void unpackRecoversFromHarmToAnyRequest(String harm) throws IOException {
    int requests =
        campaign("*:*", harm, true, FaultCampaignTest::unpack, FaultCampaignTest::removeImage);
    assertThat(requests).isGreaterThanOrEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks"})
  void packNoticesEveryChangedAnswerOfEbs(String operation) throws IOException {
    boolean checked = operation.endsWith("Block");
    campaign(operation, "flip", checked, FaultCampaignTest::pack, FaultCampaignTest::checkArchive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deny", "status=404"})
  void whatIsRefusedForGoodLeavesNothing(String harm) throws IOException {
    campaign("*:*", harm, false, FaultCampaignTest::unpack, FaultCampaignTest::removeImage);
    campaign("*:*", harm, false, FaultCampaignTest::pack, FaultCampaignTest::checkArchive);
  }
}

package amber.emulator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.emulator.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldTest {

  private final TestClock clock = new TestClock();

  @TempDir private Path directory;

  @Test
  void imagesSurviveARestartWithEveryAttribute() throws Exception {
    Image image = image();
    try (World world = World.open(directory, clock)) {
      world.region("us-east-1").images().put(image);
    }
    try (World world = World.open(directory, clock)) {
      assertThat(world.region("us-east-1").images().all()).containsExactly(image);
      assertThat(world.region("us-gov-west-1").images().all()).isEmpty();
    }
  }

  @Test
  void blocksSurviveARestartAndAbsentOnesStayAbsent() throws Exception {
    byte[] block = new byte[SnapshotBlocks.BLOCK_BYTES];
    Arrays.fill(block, (byte) 7);
    byte[] zero = new byte[SnapshotBlocks.BLOCK_BYTES];
    try (World world = World.open(directory, clock)) {
      Snapshots snapshots = world.region("us-east-1").snapshots();
      snapshots.add(snapshot("snap-1", Optional.empty()));
      snapshots.blocks("snap-1").write(3, zero, sha256(zero));
      snapshots.blocks("snap-1").write(2047, block, sha256(block));
    }
    try (World world = World.open(directory, clock)) {
      SnapshotBlocks blocks = world.region("us-east-1").snapshots().blocks("snap-1");
      assertThat(blocks.next(0)).isEqualTo(3);
      assertThat(blocks.next(4)).isEqualTo(2047);
      assertThat(blocks.next(2048)).isEqualTo(-1);
      assertThat(read(blocks, 3)).isEqualTo(zero);
      assertThat(read(blocks, 2047)).isEqualTo(block);
      assertThat(blocks.sha256(2047)).isEqualTo(sha256(block));
    }
  }

  @Test
  void childrenKeepTheContentOfADeletedParentUntilTheyGoToo() throws Exception {
    byte[] block = new byte[SnapshotBlocks.BLOCK_BYTES];
    try (World world = World.open(directory, clock)) {
      Snapshots snapshots = world.region("us-east-1").snapshots();
      snapshots.add(snapshot("snap-1", Optional.empty()));
      snapshots.blocks("snap-1").write(5, block, sha256(block));
      snapshots.add(snapshot("snap-2", Optional.of("snap-1")));
      snapshots.delete("snap-1");
      assertThat(snapshots.find("snap-1")).isEmpty();
      assertThat(snapshots.blocks("snap-2").writer(5)).isEqualTo("snap-1");
      snapshots.delete("snap-2");
    }
    try (Stream<Path> files = Files.walk(directory.resolve("regions"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void pendingSnapshotIsGivenUpWhenLeftAloneForItsTimeout() throws Exception {
    try (World world = World.open(directory, clock)) {
      Snapshots snapshots = world.region("us-east-1").snapshots();
      snapshots.add(snapshot("snap-1", Optional.empty()));
      clock.advance(Duration.ofMinutes(59));
      snapshots.touch("snap-1");
      clock.advance(Duration.ofMinutes(59));
      assertThat(snapshots.find("snap-1").orElseThrow().state()).isEqualTo(SnapshotState.PENDING);
      clock.advance(Duration.ofMinutes(2));
      assertThat(snapshots.find("snap-1").orElseThrow().state()).isEqualTo(SnapshotState.ERROR);
    }
  }

  @Test
  void directoryIsRefusedToASecondEmulator() throws Exception {
    World first = World.open(directory, clock);
    assertThatThrownBy(() -> World.open(directory, clock))
        .isInstanceOf(DirectoryInUseException.class)
        .hasMessageContaining("in use by another emulator");
    first.close();
  }

  @Test
  void directoryOfSomebodyElseIsRefused() throws Exception {
    Path diary = Files.writeString(directory.resolve("diary.txt"), "rain at noon");
    assertThatThrownBy(() -> World.open(directory, clock))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("holds something else");
    assertThatThrownBy(() -> World.open(diary, clock))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("is a file");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(diary);
    }
  }

  private Snapshot snapshot(String id, Optional<String> parent) {
    Instant now = clock.instant();
    return new Snapshot(
        id,
        "111111111111",
        Snapshot.NO_VOLUME,
        1,
        now,
        parent,
        Optional.empty(),
        Optional.empty(),
        Optional.of("a description"),
        Map.of("Name", "café 日本"),
        SnapshotState.PENDING,
        Optional.empty(),
        0,
        new Writing(60, now, now, Optional.empty()),
        Optional.empty(),
        0,
        StorageTier.STANDARD,
        List.of(),
        Optional.empty());
  }

  private Image image() {
    EbsDevice disk =
        new EbsDevice(
            Optional.of("snap-1"), 8, "gp3", Optional.of(3000), Optional.of(125), true, false);
    Registration registration =
        new Registration(
            "web/42",
            Optional.of("für alle"),
            "arm64",
            "hvm",
            Optional.of("/dev/xvda"),
            List.of(
                new DeviceMapping("/dev/xvda", Optional.of(disk), Optional.empty(), false),
                new DeviceMapping("/dev/sdb", Optional.empty(), Optional.of("ephemeral0"), false)),
            Optional.of("uefi"),
            Optional.of("v2.0"),
            Optional.of("v2.0"),
            true,
            Optional.of("simple"),
            Optional.empty(),
            Optional.empty(),
            Optional.of("QU1aTlVFRkk="));
    ImageLife life =
        ImageLife.available(clock.instant())
            .withDeprecationTime(Optional.of(clock.instant()))
            .withProtection(ImageLife.Protection.ENABLED_WITH_COOLDOWN, Optional.empty());
    return new Image(
        "ami-1",
        "111111111111",
        clock.instant(),
        registration,
        Origin.NONE,
        new Billing(
            Optional.of("Windows"),
            "Windows",
            "RunInstances:0002",
            List.of(new ProductCode("abc", "marketplace"))),
        life,
        List.of(new LaunchPermission(LaunchPermission.Kind.GROUP, "all")),
        Map.of("a", "b"));
  }

  private static byte[] sha256(byte[] block) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(block);
  }

  private static byte[] read(SnapshotBlocks blocks, int index) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    blocks.copy(index, out);
    return out.toByteArray();
  }
}

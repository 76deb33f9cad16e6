package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.emulator.Clients;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.TestClock;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.StorageTier;
import amber.emulator.state.Writing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** An emulator of its own for each test, with a clock that stands still, and a client for it. */
abstract class Ec2TestCase {

  static final String REGION = "us-east-1";
  static final String SELF = "111111111111";
  static final String OTHER = "999999999999";
  static final String ROOT = "/dev/xvda";

  final TestClock clock = new TestClock();

  @TempDir Path directory;

  Emulator emulator;
  Ec2Client ec2;

  @BeforeEach
  void start() throws IOException {
    start(Ec2Rules.DEFAULT);
  }

  void start(Ec2Rules rules) throws IOException {
    emulator = Emulator.start(directory, EmulatorOptions.DEFAULT.withClock(clock).withEc2(rules));
    ec2 = Clients.ec2(emulator.endpoint(), REGION);
  }

  @AfterEach
  void stop() throws IOException {
    ec2.close();
    emulator.close();
  }

  void restart(Ec2Rules rules) throws IOException {
    stop();
    start(rules);
  }

  Region region() throws IOException {
    return emulator.region(REGION);
  }

  /** A completed snapshot of 8 GiB. */
  String snapshot() throws IOException {
    return snapshot(SELF, SnapshotState.COMPLETED, false);
  }

  String encryptedSnapshot() throws IOException {
    return snapshot(SELF, SnapshotState.COMPLETED, true);
  }

  String snapshot(String owner, SnapshotState state, boolean encrypted) throws IOException {
    Region region = region();
    boolean completed = state == SnapshotState.COMPLETED;
    Optional<String> key = encrypted ? Optional.of(region.kmsKeyArn("a key")) : Optional.empty();
    Snapshot snapshot =
        new Snapshot(
            region.newId("snap"),
            owner,
            Snapshot.NO_VOLUME,
            8,
            clock.instant(),
            Optional.empty(),
            key,
            key.map(arn -> "a lineage"),
            Optional.of("of a test"),
            Map.of(),
            state,
            Optional.empty(),
            completed ? 100 : 0,
            new Writing(60, clock.instant(), clock.instant(), Optional.empty()),
            completed ? Optional.of(clock.instant()) : Optional.empty(),
            completed ? 512 << 10 : 0,
            StorageTier.STANDARD,
            List.of(),
            Optional.empty());
    region.snapshots().add(snapshot);
    return snapshot.id();
  }

  /** The smallest sensible request for an image over a snapshot. */
  static RegisterImageRequest.Builder request(String name, String snapshotId) {
    return RegisterImageRequest.builder()
        .name(name)
        .architecture("x86_64")
        .virtualizationType("hvm")
        .rootDeviceName(ROOT)
        .blockDeviceMappings(root(snapshotId));
  }

  static BlockDeviceMapping root(String snapshotId) {
    return BlockDeviceMapping.builder().deviceName(ROOT).ebs(e -> e.snapshotId(snapshotId)).build();
  }

  String image(String name) throws IOException {
    return image(name, snapshot());
  }

  String image(String name, String snapshotId) {
    return ec2.registerImage(request(name, snapshotId).build()).imageId();
  }

  /** An image of another account, shared with the caller or not. */
  String foreignImage(String name) throws IOException {
    String id = image(name);
    region().images().update(id, image -> image.withOwnerId(OTHER));
    return id;
  }

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static TagSpecification tags(String resourceType, Tag... tags) {
    return TagSpecification.builder().resourceType(resourceType).tags(tags).build();
  }

  static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }

  Image describe(String id) {
    List<Image> found = ec2.describeImages(r -> r.imageIds(id).includeDisabled(true)).images();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  List<String> names() {
    return ec2.describeImages(r -> {}).images().stream().map(Image::name).sorted().toList();
  }

  Snapshot stored(String id) throws IOException {
    return region().snapshots().find(id).orElseThrow();
  }

  /** That a call is refused with this code and status; returns the message. */
  static String refused(int status, String code, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(Ec2Exception.class);
    Ec2Exception refusal = (Ec2Exception) thrown;
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(refusal.statusCode()).isEqualTo(status);
    assertThat(refusal.requestId()).isNotBlank();
    return refusal.awsErrorDetails().errorMessage();
  }

  static String refused(String code, ThrowingCallable call) {
    return refused(400, code, call);
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/** Recipients of an archive in S3, of which no byte comes by that stays as it is. */
@ExtendWith(Cloud.class)
class RecipientsInS3Test {

  private static final Authority OPS = Seals.holder("ops", "P-256");
  private static final Authority VAULT = Seals.holder("vault", "P-384");

  @TempDir private Path directory;
  private String bucket;
  private Path ops;
  private Path opsKey;
  private Path vault;
  private Path vaultKey;

  @BeforeEach
  void prepare() throws IOException {
    bucket = Cloud.bucket(Cloud.EAST);
    ops = KeyFiles.bundle(directory.resolve("ops.pem"), OPS.certificate());
    opsKey = Files.writeString(directory.resolve("ops.key"), KeyFiles.key(OPS));
    vault = KeyFiles.bundle(directory.resolve("vault.pem"), VAULT.certificate());
    vaultKey = Files.writeString(directory.resolve("vault.key"), KeyFiles.key(VAULT));
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private String object(String key) {
    return "s3://" + bucket + "/" + key;
  }

  private Path pack(int noiseBlocks, String key) throws IOException {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 64L << 20);
    TestDisk.noise(disk, 0, noiseBlocks, 5);
    Cloud.succeed("pack", disk, object(key), "--recipient", ops);
    return disk;
  }

  private byte[] bytes(String key) {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes())
          .asByteArray();
    }
  }

  private Object[] adding(String from, String to, Object... more) {
    Object[] all = {
      "recipients",
      "add",
      object(from),
      object(to),
      "--recipient",
      vault,
      "--identity",
      opsKey,
      "--output",
      "json"
    };
    Object[] both = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, both, all.length, more.length);
    return both;
  }

  @Test
  void whatStaysIsCopiedByS3Itself() throws IOException {
    Path disk = pack(50, "old.bin");
    long before = Cloud.emulator().faults().calls("s3", "UploadPartCopy");
    assertThat(Cloud.succeed(adding("old.bin", "new.bin", "--dry-run")).json())
        .containsEntry("method", "server-side")
        .containsEntry("dryRun", true);

    Run run = Cloud.succeed(adding("old.bin", "new.bin"));

    assertThat(run.json()).containsEntry("method", "server-side");
    assertThat(Cloud.emulator().faults().calls("s3", "UploadPartCopy") - before).isPositive();
    byte[] old = bytes("old.bin");
    byte[] made = bytes("new.bin");
    assertThat(run.json()).containsEntry("sizeBytes", made.length);
    // All but the envelope in front and the locator behind.
    int same = old.length - 5_000;
    assertThat(
            Arrays.mismatch(
                old, 4_000, same, made, made.length - old.length + 4_000, made.length - 5_000))
        .isEqualTo(-1);
    for (Path key : new Path[] {opsKey, vaultKey}) {
      Cloud.succeed("verify", object("new.bin"), "--identity", key);
    }
    Path restored = directory.resolve("restored");
    Cloud.succeed("unpack", object("new.bin"), restored, "--identity", vaultKey);
    assertThat(Files.mismatch(restored.resolve("volume-00.raw"), disk)).isEqualTo(-1);
  }

  @Test
  void smallArchiveComesBy() throws IOException {
    pack(4, "old.bin");
    assertThat(Cloud.succeed(adding("old.bin", "new.bin")).json())
        .containsEntry("method", "streamed");
    Cloud.succeed("verify", object("new.bin"), "--identity", vaultKey);
  }

  @Test
  void whatFailsLeavesNothing() throws IOException {
    pack(50, "old.bin");
    Cloud.emulator().faults().add("s3:UploadPartCopy:error=AccessDenied:status=403");
    Run run = Cloud.amber(adding("old.bin", "new.bin"));
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(4);
    Cloud.emulator().faults().clear();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).hasSize(1);
    }
    Cloud.succeed(adding("old.bin", "old.bin", "--replace"));
    Cloud.succeed("verify", object("old.bin"), "--identity", vaultKey);
  }
}

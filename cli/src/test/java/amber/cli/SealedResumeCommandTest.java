package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An encrypted pack that is stopped, and whether it goes on. */
@ExtendWith(Cloud.class)
class SealedResumeCommandTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");

  @TempDir private Path directory;
  private Path state;
  private String bucket;
  private Path disk;
  private Path certificate;
  private Path key;
  private Path passphrase;

  @BeforeEach
  void prepare() throws IOException {
    state = directory.resolve("state");
    bucket = Cloud.bucket(Cloud.EAST);
    // Five segments of noise: five parts, and what is joined to the last.
    disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    TestDisk.noise(disk, 0, 5 * 64, 7);
    certificate = KeyFiles.bundle(directory.resolve("ops.pem"), OPS.certificate());
    key = Files.writeString(directory.resolve("ops.key"), KeyFiles.key(OPS));
    passphrase = Files.writeString(directory.resolve("pass.txt"), "correct horse\n");
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run amber(Object... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", state.toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    return Run.with(environment, arguments);
  }

  private String object() {
    return "s3://" + bucket + "/sealed.bin";
  }

  private Run pack(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "pack",
                disk,
                object(),
                "--threads",
                "1",
                "--endpoint-url",
                Cloud.emulator().endpoint()));
    all.addAll(Arrays.asList(more));
    return amber(all.toArray());
  }

  /** A run of which the first four parts are stored, and no more. */
  private String interrupted(Object... more) throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:delay=3s");
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:error=AccessDenied:status=403");
    Run run = pack(more);
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    List<?> tasks = (List<?>) amber("tasks", "--output", "json").json().get("tasks");
    return (String) ((Map<?, ?>) tasks.get(tasks.size() - 1)).get("id");
  }

  private void assertGoesOn(String id, Run run) {
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).containsPattern("amber: " + id + " goes on: \\d+.* MiB are stored");
  }

  private void assertBeginsAnew(String id, Run run, String why) {
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr())
        .contains(id + ": cannot be gone on with, so the pack begins anew: " + why)
        .contains("'amber tasks cancel " + id + "' removes what it stored");
  }

  private void assertOpens(Object... identity) throws IOException {
    List<Object> all =
        new ArrayList<>(
            List.of("unpack", object(), directory.resolve("r"), "--no-sync", "--endpoint-url"));
    all.add(Cloud.emulator().endpoint());
    all.addAll(Arrays.asList(identity));
    Run run = amber(all.toArray());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(Files.mismatch(directory.resolve("r/volume-00.raw"), disk)).isEqualTo(-1);
  }

  @Test
  void withAnIdentityItGoesOn() throws IOException {
    String id = interrupted("--recipient", certificate);
    long sent = Cloud.emulator().faults().calls("s3", "UploadPart");

    Run second = pack("--recipient", certificate, "--identity", key);

    assertGoesOn(id, second);
    assertThat(Cloud.emulator().faults().calls("s3", "UploadPart") - sent).isLessThan(6);
    assertOpens("--identity", key);
  }

  @Test
  void withKmsTheTaskGoesOnByItself() throws IOException {
    String arn;
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      arn = kms.createKey().keyMetadata().arn();
    }
    String id = interrupted("--recipient-kms", arn, "--identity-kms");

    Run second = amber("tasks", "resume", id);

    assertGoesOn(id, second);
    assertThat(second.text()).contains("encrypted to KMS key " + arn);
    assertOpens("--identity-kms");
  }

  @Test
  void withoutAnIdentityItBeginsAnewAndSaysWhy() throws IOException {
    String id = interrupted("--recipient", certificate);

    Run second = pack("--recipient", certificate);

    assertBeginsAnew(
        id,
        second,
        "its archive is encrypted and its key is in no file; --identity, --identity-kms");
    assertOpens("--identity", key);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
    }
  }

  @Test
  void passphraseOfTheRecipientIsEnoughIfItIsTheSame() throws IOException {
    String id = interrupted("--recipient-passphrase-file", passphrase);

    assertGoesOn(id, pack("--recipient-passphrase-file", passphrase));
    assertOpens("--passphrase-file", passphrase);
  }

  @Test
  void otherRecipientsBeginAnew() throws IOException {
    List<Object> both =
        List.of("--recipient", certificate, "--recipient-passphrase-file", passphrase);
    String id = interrupted(both.toArray());
    Files.writeString(passphrase, "battery staple\n");
    List<Object> again = new ArrayList<>(both);
    again.addAll(List.of("--identity", key));

    assertBeginsAnew(id, pack(again.toArray()), "its archive is encrypted to another passphrase");
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertOpens("--passphrase-file", passphrase);
    id = interrupted("--recipient-passphrase-file", passphrase, "--replace");
    assertBeginsAnew(
        id, pack("--recipient", certificate, "--replace"), "--recipient is certificate ");
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.ImageState;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** AMIs that are retired or migrated, whose archives are encrypted and signed. */
@ExtendWith(Cloud.class)
class SealedMovesTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");
  private static final Authority SIGNER = Authority.root("Root").signer("Signer", "P-384");

  private static String bucket;

  @TempDir private Path directory;

  private final String name = Cloud.newName("moved");
  private final String place = "s3://" + bucket + "/" + name + "/";
  private Path certificate;
  private Path key;
  private Path words;
  private Path signer;
  private Path signerCertificate;

  @BeforeAll
  static void makeBucket() {
    bucket = Cloud.bucket(Cloud.EAST);
  }

  @BeforeEach
  void files() throws IOException {
    certificate = KeyFiles.bundle(directory.resolve("ops.pem"), OPS.certificate());
    key = Files.writeString(directory.resolve("ops.key"), KeyFiles.key(OPS));
    words = Files.writeString(directory.resolve("words.txt"), "correct horse\n");
    signer = KeyFiles.pem(directory.resolve("signer.pem"), SIGNER);
    signerCertificate = KeyFiles.bundle(directory.resolve("by.pem"), SIGNER.certificate());
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private String image(String suffix) throws IOException {
    return Cloud.image(
        Cloud.EAST,
        name + suffix,
        Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 7, 0, 100, 3), Map.of(), Optional.empty()));
  }

  private Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    return Run.with(
        Map.of(
            "AWS_DEFAULT_REGION",
            Cloud.EAST,
            "AMBER_POLL_MS",
            "20",
            "AMBER_RETRY_MS",
            "20",
            "AMBER_STATE_DIR",
            directory.resolve("state").toString()),
        all.toArray());
  }

  private Run succeed(Object... arguments) {
    Run run = amber(arguments);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run;
  }

  private static boolean isThere(String id) {
    return Cloud.region(Cloud.EAST)
        .images()
        .find(id)
        .filter(image -> image.life().state() == ImageState.AVAILABLE)
        .isPresent();
  }

  private String archive(String id) {
    return place + id + ".bin";
  }

  @Test
  void encryptedArchiveIsProvedBeforeItsImageGoes() throws Exception {
    String id = image("");
    Run run =
        succeed(
            "retire",
            id,
            place,
            "--then=deregister-with-snapshots",
            "--storage-class=DEEP_ARCHIVE",
            "--recipient",
            certificate,
            "--recipient-passphrase-file",
            words,
            "--signer",
            signer);

    assertThat(run.text())
        .contains("read back and whole", id + ": encrypted to certificate", "a passphrase");
    assertThat(isThere(id)).isFalse();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(
              s3.headObject(h -> h.bucket(bucket).key(name + "/" + id + ".bin"))
                  .metadata()
                  .toString())
          .doesNotContain("image");
    }
  }

  @Test
  void whatWasRetiredIsOpenedByItsRecipientsAlone() throws Exception {
    String id = image("");
    Run run =
        succeed(
            "retire",
            id,
            place,
            "--recipient",
            certificate,
            "--signer",
            signer,
            "--output",
            "json");

    assertThat(run.json().get("images").toString())
        .contains("encryptedTo=[{kind=key", "CN=recipients");
    assertThat(isThere(id)).isTrue();
    assertThat(amber("verify", archive(id)).exitCode()).isEqualTo(4);
    assertThat(amber("verify", archive(id), "--passphrase-file", words).exitCode()).isEqualTo(4);
    succeed("verify", archive(id), "--identity", key, "--signer-cert", signerCertificate);
    succeed("unpack", archive(id), "ami:" + name + "-back", "--identity", key);
  }

  @Test
  void eachOfSeveralHasAKeyOfItsOwn() throws Exception {
    String one = image("-1");
    String other = image("-2");
    succeed(
        "retire",
        one,
        other,
        place,
        "--concurrency=2",
        "--recipient-passphrase-file",
        words,
        "--then=deregister");

    for (String id : List.of(one, other)) {
      succeed("verify", archive(id), "--passphrase-file", words);
      assertThat(isThere(id)).isFalse();
    }
  }

  @Test
  void keyOfKmsIsAskedOnceForEachAndOpensThem() throws Exception {
    String one = image("-1");
    String other = image("-2");
    String arn;
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      arn = kms.createKey().keyMetadata().arn();
    }
    Object[] retire = {"retire", one, other, place, "--concurrency=2", "--recipient-kms", arn};
    Cloud.emulator().faults().add("kms:GenerateDataKey:deny");
    assertThat(amber(retire).exitCode()).isEqualTo(4);
    Cloud.emulator().faults().clear();

    succeed(retire);

    for (String id : List.of(one, other)) {
      assertThat(amber("verify", archive(id)).stderr()).contains(arn);
      succeed("verify", archive(id), "--identity-kms");
    }
  }

  @Test
  void damagedArchiveCostsNothing() throws Exception {
    String id = image("");
    Cloud.emulator().faults().add("s3:GetObject:flip");

    Run run = amber("retire", id, place, "--then=deregister", "--recipient", certificate);

    assertThat(run.exitCode()).as(run.stderr()).isNotZero();
    assertThat(isThere(id)).isTrue();
  }

  @Test
  void runThatWasStoppedBehindThePackGoesOnWithWhatOpensIt() throws Exception {
    String id = image("");
    Cloud.emulator().faults().add("s3:GetObject:deny");
    Object[] retire = {"retire", id, place, "--then=deregister", "--recipient", certificate};
    assertThat(amber(retire).exitCode()).isEqualTo(8);
    Cloud.emulator().faults().clear();

    Run without = amber(retire);
    assertThat(without.exitCode()).as(without.stderr()).isEqualTo(6);
    assertThat(without.stderr()).contains("its archive is encrypted and its key is in no file");
    assertThat(isThere(id)).isTrue();

    long read = Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock");
    List<Object> with = new ArrayList<>(Arrays.asList(retire));
    with.addAll(List.of("--identity", key));
    Run run = succeed(with.toArray());
    assertThat(Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock") - read)
        .as("one is read to see whether it can be")
        .isLessThanOrEqualTo(1);
    assertThat(run.text()).contains("read back and whole");
    assertThat(isThere(id)).isFalse();
  }

  @Test
  void dryRunTellsToWhom() throws Exception {
    String id = image("");
    Run run = succeed("retire", id, place, "--dry-run", "--recipient", certificate);

    assertThat(run.text()).contains("would encrypt it to certificate");
  }

  @Test
  void archiveOfAMigrationIsEncryptedAndSigned() throws Exception {
    String id = image("");
    Path file = directory.resolve("kept.bin");
    Run run =
        succeed(
            "migrate",
            id,
            "ami:" + name + "-gov",
            "--to-region",
            Cloud.GOV,
            "--archive",
            file,
            "--recipient",
            certificate,
            "--signer",
            signer);

    assertThat(run.text()).contains("  encrypted to certificate", "  signed by CN=Signer");
    assertThat(amber("verify", file).exitCode()).isEqualTo(4);
    succeed("verify", file, "--identity", key, "--signer-cert", signerCertificate);
  }

  @Test
  void whatIsForAnArchiveIsRefusedWithoutOne() throws Exception {
    String id = image("");
    for (List<Object> option :
        List.<List<Object>>of(
            List.of("--recipient", certificate),
            List.of("--signer", signer),
            List.of("--recipient-passphrase-file", words))) {
      List<Object> migrate = new ArrayList<>(List.of("migrate", id, "ami:" + name));
      migrate.addAll(option);
      Run run = amber(migrate.toArray());
      assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
      assertThat(run.stderr())
          .contains(option.get(0) + ": is for an archive on the way, which --archive asks for");
    }
    assertThat(amber("retire", id, place, "--identity", key).exitCode()).isEqualTo(2);
  }
}

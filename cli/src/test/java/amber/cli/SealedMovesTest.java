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
import java.util.List;
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

  private MovedImages images;
  private String place;
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
  void begin() throws IOException {
    images = new MovedImages(directory);
    place = "s3://" + bucket + "/" + images.name() + "/";
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

  private String archive(String id) {
    return place + id + ".bin";
  }

  @Test
  void encryptedArchiveIsProvedBeforeItsImageGoes() throws Exception {
    String id = images.image("");
    Run run =
        images.succeed(
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
    assertThat(MovedImages.isThere(id)).isFalse();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(
              s3.headObject(h -> h.bucket(bucket).key(images.name() + "/" + id + ".bin"))
                  .metadata()
                  .toString())
          .doesNotContain("image");
    }
  }

  @Test
  void whatWasRetiredIsOpenedByItsRecipientsAlone() throws Exception {
    String id = images.image("");
    Run run =
        images.succeed(
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
    assertThat(MovedImages.isThere(id)).isTrue();
    assertThat(images.amber("verify", archive(id)).exitCode()).isEqualTo(4);
    assertThat(images.amber("verify", archive(id), "--passphrase-file", words).exitCode())
        .isEqualTo(4);
    images.succeed("verify", archive(id), "--identity", key, "--signer-cert", signerCertificate);
    images.succeed("unpack", archive(id), "ami:" + images.name() + "-back", "--identity", key);
  }

  @Test
  void eachOfSeveralHasAKeyOfItsOwn() throws Exception {
    String one = images.image("-1");
    String other = images.image("-2");
    images.succeed(
        "retire",
        one,
        other,
        place,
        "--concurrency=2",
        "--recipient-passphrase-file",
        words,
        "--then=deregister");

    for (String id : List.of(one, other)) {
      images.succeed("verify", archive(id), "--passphrase-file", words);
      assertThat(MovedImages.isThere(id)).isFalse();
    }
  }

  @Test
  void keyOfKmsIsAskedOnceForEachAndOpensThem() throws Exception {
    String one = images.image("-1");
    String other = images.image("-2");
    String arn;
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      arn = kms.createKey().keyMetadata().arn();
    }
    Object[] retire = {"retire", one, other, place, "--concurrency=2", "--recipient-kms", arn};
    Cloud.emulator().faults().add("kms:GenerateDataKey:deny");
    assertThat(images.amber(retire).exitCode()).isEqualTo(4);
    Cloud.emulator().faults().clear();

    images.succeed(retire);

    for (String id : List.of(one, other)) {
      assertThat(images.amber("verify", archive(id)).stderr()).contains(arn);
      images.succeed("verify", archive(id), "--identity-kms");
    }
  }

  @Test
  void damagedArchiveCostsNothing() throws Exception {
    String id = images.image("");
    Cloud.emulator().faults().add("s3:GetObject:flip");

    Run run = images.amber("retire", id, place, "--then=deregister", "--recipient", certificate);

    assertThat(run.exitCode()).as(run.stderr()).isNotZero();
    assertThat(MovedImages.isThere(id)).isTrue();
  }

  @Test
  void runThatWasStoppedBehindThePackGoesOnWithWhatOpensIt() throws Exception {
    String id = images.image("");
    Cloud.emulator().faults().add("s3:GetObject:deny");
    Object[] retire = {"retire", id, place, "--then=deregister", "--recipient", certificate};
    assertThat(images.amber(retire).exitCode()).isEqualTo(8);
    Cloud.emulator().faults().clear();

    Run without = images.amber(retire);
    assertThat(without.exitCode()).as(without.stderr()).isEqualTo(6);
    assertThat(without.stderr()).contains("its archive is encrypted and its key is in no file");
    assertThat(MovedImages.isThere(id)).isTrue();

    long read = Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock");
    List<Object> with = new ArrayList<>(Arrays.asList(retire));
    with.addAll(List.of("--identity", key));
    Run run = images.succeed(with.toArray());
    assertThat(Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock") - read)
        .as("one is read to see whether it can be")
        .isLessThanOrEqualTo(1);
    assertThat(run.text()).contains("read back and whole");
    assertThat(MovedImages.isThere(id)).isFalse();
  }

  @Test
  void dryRunTellsToWhom() throws Exception {
    String id = images.image("");
    Run run = images.succeed("retire", id, place, "--dry-run", "--recipient", certificate);

    assertThat(run.text()).contains("would encrypt it to certificate");

    Run several =
        images.succeed(
            "retire", id, images.image("-2"), place, "--dry-run", "--recipient", certificate);

    assertThat(several.text())
        .containsOnlyOnce("each archive would be encrypted to certificate")
        .contains("nothing was done");
  }

  @Test
  void archiveOfAMigrationIsEncryptedAndSigned() throws Exception {
    String id = images.image("");
    Path file = directory.resolve("kept.bin");
    Run run =
        images.succeed(
            "migrate",
            id,
            "ami:" + images.name() + "-gov",
            "--to-region",
            Cloud.GOV,
            "--archive",
            file,
            "--recipient",
            certificate,
            "--signer",
            signer);

    assertThat(run.text()).contains("  encrypted to certificate", "  signed by CN=Signer");
    assertThat(images.amber("verify", file).exitCode()).isEqualTo(4);
    images.succeed("verify", file, "--identity", key, "--signer-cert", signerCertificate);
  }

  @Test
  void whatIsForAnArchiveIsRefusedWithoutOne() throws Exception {
    String id = images.image("");
    for (List<Object> option :
        List.<List<Object>>of(
            List.of("--recipient", certificate),
            List.of("--signer", signer),
            List.of("--recipient-passphrase-file", words))) {
      List<Object> migrate = new ArrayList<>(List.of("migrate", id, "ami:" + images.name()));
      migrate.addAll(option);
      Run run = images.amber(migrate.toArray());
      assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
      assertThat(run.stderr())
          .contains(option.get(0) + ": is for an archive on the way, which --archive asks for");
    }
    assertThat(images.amber("retire", id, place, "--identity", key).exitCode()).isEqualTo(2);
  }
}

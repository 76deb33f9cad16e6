package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

@ExtendWith(Cloud.class)
class SealedTest {

  private static final Authority OPS = Seals.holder("ops", "P-384");
  private static final Authority RSA = Seals.holder("vault", "RSA");

  @TempDir private Path directory;

  private Path disk;
  private Path certificate;
  private Path key;
  private Path passphrase;

  @BeforeEach
  void files() throws IOException {
    disk = TestDisk.small(directory.resolve("disk.img"));
    certificate = KeyFiles.bundle(directory.resolve("ops.pem"), OPS.certificate());
    key = Files.writeString(directory.resolve("ops.key"), KeyFiles.key(OPS));
    passphrase = Files.writeString(directory.resolve("pass.txt"), "correct horse\n");
  }

  private static Run succeed(Object... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run;
  }

  private Path packed(String name) {
    Path archive = directory.resolve(name);
    succeed(
        "pack",
        "--no-sync",
        disk,
        archive,
        "--recipient",
        certificate,
        "--recipient-passphrase-file",
        passphrase);
    return archive;
  }

  private void assertRestored(Path restored) throws IOException {
    assertThat(Files.mismatch(restored.resolve("volume-00.raw"), disk)).isEqualTo(-1);
  }

  @Test
  void eachRecipientUnpacksVerifiesAndInspects() throws IOException {
    Path archive = packed("sealed.bin");
    Path store = KeyFiles.pkcs12(directory.resolve("ops.p12"), OPS, "pass");
    Path storePass = Files.writeString(directory.resolve("p12.txt"), "pass");
    List<List<Object>> ways =
        List.of(
            List.of("--identity", key),
            List.of("--identity", store, "--identity-passphrase-file", storePass),
            List.of("--passphrase-file", passphrase));
    int number = 0;
    for (List<Object> way : ways) {
      Path restored = directory.resolve("restored" + number++);
      succeed(Stream.concat(Stream.of("unpack", archive, restored), way.stream()).toArray());
      assertRestored(restored);
      succeed(Stream.concat(Stream.of("verify", archive), way.stream()).toArray());
    }
    Run inspected = succeed("inspect", archive, "--identity", key);
    assertThat(inspected.text())
        .contains("encrypted to  certificate", "of CN=recipients", "a passphrase", "volume-00.raw");
  }

  @Test
  void withoutAKeyItShowsOnlyWhatIsPublic() throws IOException {
    Path archive = packed("sealed.bin");

    Run run = succeed("inspect", archive, "--output", "json");
    assertThat(run.json()).containsEntry("sealed", true).containsEntry("opened", false);
    assertThat(run.text()).doesNotContain("disk.img").doesNotContain("volume");
    assertThat(run.json().get("encryptedTo"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .anySatisfy(to -> assertThat(to).isEqualTo(Map.of("kind", "passphrase")));
    byte[] bytes = Files.readAllBytes(archive);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("disk.img");
  }

  @Test
  void withoutTheRightKeyNothingIsMade() throws IOException {
    Path archive = packed("sealed.bin");
    Path wrong = Files.writeString(directory.resolve("vault.key"), KeyFiles.key(RSA));
    Path wrongText = Files.writeString(directory.resolve("wrong.txt"), "wrong\n");
    Path restored = directory.resolve("restored");
    List<List<Object>> ways =
        List.of(List.of(), List.of("--identity", wrong), List.of("--passphrase-file", wrongText));
    for (List<Object> way : ways) {
      for (List<Object> command :
          List.<List<Object>>of(
              List.of("unpack", archive, restored),
              List.of("verify", archive),
              List.of("verify", "--scan", archive),
              List.of("inspect", "--manifest", archive))) {
        Run run = Run.of(Stream.concat(command.stream(), way.stream()).toArray());
        assertThat(run.exitCode()).as("%s %s: %s", command, way, run.stderr()).isEqualTo(4);
        assertThat(run.stderr())
            .contains("is encrypted to certificate", "of CN=recipients", "a passphrase", "hint:");
        assertThat(restored).doesNotExist();
      }
    }
  }

  @Test
  void plainArchiveInItsPlaceIsRefused() {
    Path plain = Run.packed(disk, directory.resolve("plain.bin"));
    for (String command : List.of("verify", "inspect")) {
      Run run = Run.of(command, plain, "--identity", key);
      assertThat(run.exitCode()).as(run.stderr()).isEqualTo(4);
      assertThat(run.stderr()).contains("is not encrypted, should be");
    }
  }

  @Test
  void damageIsCorruptWhereverItIs() throws IOException {
    Path archive = packed("sealed.bin");
    byte[] bytes = Files.readAllBytes(archive);
    Path damaged = directory.resolve("damaged.bin");
    for (int at : new int[] {100, 3_000, bytes.length / 2, bytes.length - 300, bytes.length - 50}) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      Files.write(damaged, changed);
      Path restored = directory.resolve("restored");
      Run run = Run.of("unpack", damaged, restored, "--identity", key);
      assertThat(run.exitCode()).as("byte %d: %s", at, run.stderr()).isEqualTo(3);
      assertThat(restored).doesNotExist();
    }
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    Run run = Run.of("inspect", damaged);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.stderr()).contains("begins as an encrypted archive, but its end is missing");
  }

  @Test
  void copyNeedsNoKey() throws IOException {
    Path archive = packed("sealed.bin");
    Path copy = directory.resolve("copy.bin");

    succeed("copy", archive, copy);

    assertThat(Files.mismatch(archive, copy)).isEqualTo(-1);
  }

  @Test
  void inS3TheObjectShowsNothingOfItsImage() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    String object = "s3://%s/%s.bin".formatted(bucket, Cloud.newName("sealed"));
    Cloud.succeed("pack", disk, object, "--recipient", certificate);

    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      String name = object.substring(object.lastIndexOf('/') + 1);
      Map<String, String> metadata =
          s3.headObject(request -> request.bucket(bucket).key(name)).metadata();
      assertThat(metadata)
          .containsEntry("amber-sealed", "1")
          .containsKey("amber-format")
          .doesNotContainKey("ami-name");
    }
    Path restored = directory.resolve("restored");
    Cloud.succeed("unpack", object, restored, "--identity", key);
    assertRestored(restored);
    String copy = "s3://%s/%s.bin".formatted(bucket, Cloud.newName("copy"));
    Cloud.succeed("copy", object, copy);
    Cloud.succeed("verify", copy, "--identity", key);
  }

  @Test
  void keysWithoutAnApprovedAlgorithmAreRefused() throws IOException {
    Path other =
        KeyFiles.bundle(
            directory.resolve("ed.pem"), Authority.alone("ed", "Ed25519").certificate());
    Run run = Run.of("pack", disk, directory.resolve("no.bin"), "--recipient", other);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("should have RSA of 2048 bits or more");
    assertThat(directory.resolve("no.bin")).doesNotExist();
  }

  @Test
  void unknownProviderIsRefused() {
    Run run =
        Run.with(
            Map.of("AMBER_CRYPTO_PROVIDER", "Nobody"),
            "pack",
            disk,
            directory.resolve("no.bin"),
            "--recipient",
            certificate);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("AMBER_CRYPTO_PROVIDER: crypto provider 'Nobody'");
  }

  @Test
  void opensslOpensTheEnvelope() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl here");
    Path archive = packed("sealed.bin");
    Path cms =
        Files.write(
            directory.resolve("envelope.der"),
            Arrays.copyOfRange(Files.readAllBytes(archive), 72, 10_000));
    assertThat(openssl("-inkey", key.toString(), "-recip", certificate.toString(), cms))
        .hasSize(32);
    assertThat(openssl("-pwri_password", "correct horse", "-binary", "", cms)).hasSize(32);
  }

  private byte[] openssl(String first, String second, String third, String fourth, Path cms)
      throws Exception {
    Path out = directory.resolve("data.key");
    List<String> command =
        Stream.of(
                "/usr/bin/openssl",
                "cms",
                "-decrypt",
                "-inform",
                "DER",
                "-in",
                cms.toString(),
                "-out",
                out.toString(),
                first,
                second,
                third,
                fourth)
            .filter(text -> !text.isEmpty())
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return Files.readAllBytes(out);
  }

  @Test
  void recipientsAreListedAddedAndRemoved() throws IOException {
    Path archive = packed("sealed.bin");
    Path other = KeyFiles.bundle(directory.resolve("vault.pem"), RSA.certificate());
    Path otherKey = Files.writeString(directory.resolve("vault.key"), KeyFiles.key(RSA));
    Path more = directory.resolve("more.bin");

    succeed("recipients", "add", archive, more, "--recipient", other, "--identity", key);

    List<String> listed = succeed("recipients", "list", more).text().lines().toList();
    assertThat(listed).hasSize(3);
    succeed("verify", more, "--identity", otherKey);
    succeed("verify", more, "--passphrase-file", passphrase);
    int number = 1;
    while (!listed.get(number - 1).contains("a passphrase")) {
      number++;
    }
    Path fewer = directory.resolve("fewer.bin");
    succeed("recipients", "remove", more, fewer, "--number", number, "--identity", otherKey);
    succeed("verify", fewer, "--identity", key);
    assertThat(Run.of("verify", fewer, "--passphrase-file", passphrase).exitCode()).isEqualTo(4);
    Run none =
        Run.of(
            "recipients",
            "remove",
            fewer,
            directory.resolve("none.bin"),
            "--number",
            1,
            "--number",
            2,
            "--identity",
            key);
    assertThat(none.exitCode()).isEqualTo(2);
  }
}

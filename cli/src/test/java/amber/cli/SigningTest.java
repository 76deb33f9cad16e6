package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.ArchiveEditor;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed archives, and whom the command trusts. */
class SigningTest {

  private static final String PASSPHRASE = "sesame-opens-the-key";

  @TempDir private static Path shared;

  private static Authority root;
  private static Authority signer;
  private static Path key;
  private static Path certificate;
  private static Path trust;
  private static Path disk;
  private static Path signed;

  @TempDir private Path directory;

  @BeforeAll
  static void pack() throws IOException {
    root = Authority.root("Root");
    signer = root.signer("Signer", "P-384");
    key = KeyFiles.pem(shared.resolve("signer.pem"), signer);
    certificate = KeyFiles.bundle(shared.resolve("signer-cert.pem"), signer.certificate());
    trust = KeyFiles.bundle(shared.resolve("trust.pem"), root.certificate());
    disk = TestDisk.small(shared.resolve("disk.img"));
    signed = shared.resolve("signed.bin");
    Run run = Run.of("pack", "--no-sync", disk, signed, "--signer", key);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text()).contains(", signed by CN=Signer");
  }

  private void assertRefused(Run run, int exitCode, String... says) throws IOException {
    assertThat(run.stderr()).contains(says);
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error: "))).hasSize(1);
    assertThat(run.stderr()).contains("amber: hint: ");
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
    assertThat(directory.resolve("restored")).doesNotExist();
  }

  private Run unpack(Path archive, Object... more) {
    List<Object> all = new ArrayList<>(List.of("unpack", "--no-sync", archive));
    all.add(directory.resolve("restored"));
    all.addAll(List.of(more));
    return Run.of(all.toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--trust", "--signer-cert"})
  void restoresWhatSomebodyTrustedHasSigned(String option) {
    Path whom = option.equals("--trust") ? trust : certificate;
    assertThat(unpack(signed, "--require-signature", option, whom).exitCode()).isZero();
    Run verified = Run.of("verify", signed, option, whom);
    assertThat(verified.exitCode()).as(verified.stderr()).isZero();
    assertThat(verified.text()).contains(", signed by CN=Signer (trusted), ");
    assertThat(Run.of("verify", "--quick", signed).text())
        .contains(", signed by CN=Signer (trust not checked), ");
    Run copied = Run.of("copy", "--no-sync", signed, directory.resolve("copy.bin"), option, whom);
    assertThat(copied.exitCode()).as(copied.stderr()).isZero();
  }

  @Test
  void refusesWhatNobodyHasSigned() throws IOException {
    Path unsigned = Run.packed(disk, directory.resolve("unsigned.bin"));
    assertRefused(
        unpack(unsigned, "--trust", trust),
        4,
        unsigned + ": is not signed, should be signed by whom " + trust + " trusts",
        "amber inspect ARCHIVE shows who signed it");
    assertRefused(Run.of("verify", unsigned, "--signer-cert", certificate), 4, "is not signed");
    assertRefused(Run.of("inspect", unsigned, "--trust", trust), 4, "is not signed");
    Path copy = directory.resolve("copy.bin");
    assertRefused(Run.of("copy", unsigned, copy, "--trust", trust), 4, "is not signed");
    assertThat(copy).doesNotExist();
  }

  @Test
  void refusesWhatSomebodyElseHasSigned() throws IOException {
    Authority mallory = Authority.root("Root").signer("Signer", "P-384");
    Path theirs = KeyFiles.pem(directory.resolve("mallory.pem"), mallory);
    Path archive = directory.resolve("theirs.bin");
    assertThat(Run.of("pack", "--no-sync", disk, archive, "--signer", theirs).exitCode()).isZero();
    assertRefused(
        unpack(archive, "--trust", trust), 4, "is signed by CN=Signer (SHA-256 ", "vouches for it");
    assertRefused(unpack(archive, "--signer-cert", certificate), 4, "this certificate is not in");
    Path other = KeyFiles.bundle(directory.resolve("other.pem"), mallory.certificate());
    assertThat(unpack(archive, "--signer-cert", other).exitCode()).isZero();
  }

  @Test
  void refusesWhatWasChangedSinceItWasSigned() throws IOException {
    byte[] changed =
        new ArchiveEditor(Files.readAllBytes(signed))
            .seal(text -> text.replace("\"tool\" : \"amber", "\"tool\" : \"Amber"))
            .build();
    Path archive = Files.write(directory.resolve("changed.bin"), changed);
    assertRefused(unpack(archive), 3, archive + ": its signature");
    assertRefused(unpack(archive, "--trust", trust), 3, archive + ": its signature");
    assertRefused(Run.of("inspect", archive), 3, archive + ": its signature");
  }

  @Test
  void inspectTellsWhoSignedAndWhetherThatWasChecked() throws IOException {
    String text = Run.of("inspect", signed).text();
    assertThat(text)
        .contains("signed by     CN=Signer")
        .contains("ECDSA P-384 with SHA-384")
        .contains("issued by     CN=Root")
        .contains("with          CN=Root")
        .contains("trusted       not checked: --signer-cert or --trust does that");
    Run run = Run.of("inspect", signed, "--trust", trust, "--output", "json");
    Map<?, ?> by = (Map<?, ?>) ((List<?>) run.json().get("signedBy")).get(0);
    assertThat(by.get("subject")).isEqualTo("CN=Signer");
    assertThat(by.get("issuer")).isEqualTo("CN=Root");
    assertThat(by.get("trusted")).isEqualTo("yes");
    assertThat((List<?>) by.get("chain")).hasSize(1);
    assertThat((String) by.get("sha256")).matches("[0-9a-f]{64}");
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() throws IOException {
    assertRefused(unpack(signed, "--require-signature"), 2, "does not say whom to trust");
    assertRefused(
        unpack(signed, "--trust", trust, "--signer-cert", certificate), 2, "exclude each other");
    assertRefused(
        unpack(signed, "--salvage", "--trust", trust), 2, "is for archives whose end is whole");
    assertRefused(Run.of("verify", "--scan", signed, "--trust", trust), 2, "--scan");
    Path archive = directory.resolve("a.bin");
    assertRefused(
        Run.of("pack", disk, archive, "--signer-cert", certificate), 2, "--signer asks for");
    assertRefused(Run.of("pack", disk, archive, "--signer", certificate), 2, "has no private key");
    assertRefused(
        Run.of("pack", disk, archive, "--signer", shared.resolve("none")), 5, "none: no such file");
    assertRefused(Run.of("pack", disk, archive, "--signer", disk), 2, "is none of these: PEM");
    assertThat(archive).doesNotExist();
  }

  @Test
  void certificateOutOfItsTimeIsRefusedBeforeAnythingIsMade() throws IOException {
    Path archive = directory.resolve("a.bin");
    Run run = Run.with(Map.of("SOURCE_DATE_EPOCH", "1000"), "pack", disk, archive, "--signer", key);
    assertRefused(run, 2, "its certificate is valid from 2000-01-01T00:00:00Z");
    assertThat(archive).doesNotExist();
  }

  @Test
  void passphraseComesFromAFile() throws IOException {
    Path file = KeyFiles.write(directory.resolve("passphrase"), PASSPHRASE + "\n");
    Path pkcs12 = KeyFiles.pkcs12(directory.resolve("signer.p12"), signer, PASSPHRASE);
    Path pem = KeyFiles.write(directory.resolve("key.pem"), KeyFiles.encrypted(signer, PASSPHRASE));
    Path store =
        KeyFiles.trustStore(directory.resolve("trust.p12"), PASSPHRASE, root.certificate());
    Path archive = directory.resolve("a.bin");
    Run run = Run.of("pack", disk, archive, "--signer", pkcs12, "--signer-passphrase-file", file);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    run =
        Run.of(
            "pack",
            "--replace",
            disk,
            archive,
            "--signer",
            pem,
            "--signer-cert",
            certificate,
            "--signer-passphrase-file",
            file);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    run = Run.of("verify", archive, "--trust", store, "--trust-passphrase-file", file);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertRefused(
        Run.of("pack", disk, archive, "--signer", pkcs12),
        4,
        "signer.p12: is encrypted, its passphrase should be given",
        "--signer-passphrase-file FILE");
  }

  /** The passphrases and keys that must be nowhere. */
  private static List<String> secrets() throws IOException {
    List<String> secrets = new ArrayList<>(List.of(PASSPHRASE, "wrong-sesame", "AwsSecretOfTest"));
    KeyFiles.key(signer).lines().filter(line -> !line.startsWith("-")).forEach(secrets::add);
    return secrets;
  }

  @Test
  void secretsAppearNowhere() throws IOException {
    Path state = directory.resolve("state");
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", state.toString());
    environment.put("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "AwsSecretOfTest");
    environment.put("AWS_SESSION_TOKEN", "AwsSecretOfTest-session");
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    Path right = KeyFiles.write(directory.resolve("right"), PASSPHRASE);
    Path wrong = KeyFiles.write(directory.resolve("wrong"), "wrong-sesame");
    Path pkcs12 = KeyFiles.pkcs12(directory.resolve("signer.p12"), signer, PASSPHRASE);
    Path pem =
        KeyFiles.write(
            directory.resolve("key.pem"),
            KeyFiles.encrypted(signer, PASSPHRASE) + KeyFiles.certificates(signer.chain()));
    Path broken =
        KeyFiles.write(
            directory.resolve("broken.pem"), KeyFiles.key(signer).replace("-----END", "-----DNE"));
    List<Run> runs = new ArrayList<>();
    for (Path of : new Path[] {pkcs12, pem, broken, key}) {
      for (Path passphrase : new Path[] {right, wrong}) {
        for (String output : new String[] {"text", "json"}) {
          Path archive = directory.resolve(of.getFileName() + ".bin");
          runs.add(
              Run.with(
                  environment,
                  "pack",
                  "-v",
                  "--replace",
                  "--output",
                  output,
                  disk,
                  archive,
                  "--signer",
                  of,
                  "--signer-passphrase-file",
                  passphrase));
        }
      }
    }
    Path restored = directory.resolve("restored");
    runs.add(Run.with(environment, "unpack", "-v", signed, restored, "--trust", trust));
    runs.add(Run.with(environment, "tasks", "--output", "json"));
    // An AWS that nobody answers for: the failure tells of the endpoint, and not of who asked.
    runs.add(
        Run.with(
            withShortPatience(environment),
            "pack",
            "-v",
            disk,
            "s3://bucket/a.bin",
            "--endpoint-url",
            "http://127.0.0.1:1"));
    assertThat(runs.stream().filter(run -> run.exitCode() == 0)).isNotEmpty();
    for (String secret : secrets()) {
      for (Run run : runs) {
        assertThat(run.text() + run.stderr()).doesNotContain(secret);
      }
      try (Stream<Path> files = Files.walk(state)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(secret);
        }
      }
    }
  }

  private static Map<String, String> withShortPatience(Map<String, String> environment) {
    Map<String, String> more = new HashMap<>(environment);
    more.put("AMBER_RETRY_MS", "1");
    return more;
  }

  @Test
  void nothingOfTheSealIsLoadedByWhoNeedsItNot() throws Exception {
    Path classes = directory.resolve("classes");
    AmberProcess process =
        AmberProcess.start(
            directory,
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes),
            List.of("warm-up"));
    assertThat(process.process().waitFor()).isZero();
    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded.stream().filter(line -> line.contains(" amber.archive.ArchiveReader ")))
        .isNotEmpty();
    assertThat(loaded.stream().filter(line -> line.contains(" org.bouncycastle."))).isEmpty();
  }
}

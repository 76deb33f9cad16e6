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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passphrases and private keys of encrypted archives are nowhere, however they are given. */
class SealedSecretsTest {

  private static final String PASSPHRASE = "sesame-opens-the-archive";
  private static final String KEY_PASSPHRASE = "sesame-opens-the-key";
  private static final String WRONG = "wrong-sesame";
  private static final Authority OPS = Seals.holder("ops", "P-256");

  @TempDir private Path directory;

  private Path disk;
  private Path state;
  private Path key;
  private Path encryptedKey;
  private Path certificate;

  @BeforeEach
  void files() throws IOException {
    disk = TestDisk.small(directory.resolve("disk.img"));
    state = directory.resolve("state");
    key = Files.writeString(directory.resolve("ops.key"), KeyFiles.key(OPS));
    encryptedKey =
        Files.writeString(
            directory.resolve("encrypted.key"), KeyFiles.encrypted(OPS, KEY_PASSPHRASE));
    certificate = KeyFiles.bundle(directory.resolve("ops.pem"), OPS.certificate());
  }

  private Map<String, String> environment() {
    return Map.of("AMBER_STATE_DIR", state.toString());
  }

  private Path passphrase(String text) throws IOException {
    return Files.writeString(directory.resolve(text.replace("sesame", "file")), text + "\n");
  }

  private static List<String> secrets() throws IOException {
    List<String> secrets = new ArrayList<>(List.of(PASSPHRASE, KEY_PASSPHRASE, WRONG));
    KeyFiles.key(OPS).lines().filter(line -> !line.startsWith("-")).forEach(secrets::add);
    return secrets;
  }

  private void assertNowhere(List<String> said) throws IOException {
    for (String secret : secrets()) {
      for (String each : said) {
        assertThat(each).doesNotContain(secret);
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

  private Run run(Object... arguments) {
    return Run.with(environment(), arguments);
  }

  @Test
  void fromFilesTheyAreInNoOutputAndNoRecord() throws IOException {
    Path archive = directory.resolve("sealed.bin");
    Path right = passphrase(PASSPHRASE);
    List<Run> runs = new ArrayList<>();
    List<List<Object>> ways =
        List.of(
            List.of("--identity", key),
            List.of("--identity", key.resolveSibling("broken.key")),
            List.of("--identity", encryptedKey),
            List.of(
                "--identity",
                encryptedKey,
                "--identity-passphrase-file",
                passphrase(KEY_PASSPHRASE)),
            List.of("--identity", encryptedKey, "--identity-passphrase-file", passphrase(WRONG)),
            List.of("--passphrase-file", right),
            List.of("--passphrase-file", passphrase(WRONG)));
    Files.writeString(
        key.resolveSibling("broken.key"), KeyFiles.key(OPS).replace("-----END", "-----DNE"));
    for (String output : new String[] {"text", "json"}) {
      Object[] common = {"-v", "--output", output};
      runs.add(
          run(
              all(
                  common,
                  "pack",
                  "--no-sync",
                  "--replace",
                  disk,
                  archive,
                  "--recipient",
                  certificate,
                  "--recipient-passphrase-file",
                  right)));
      assertThat(runs.get(runs.size() - 1).exitCode()).isZero();
      for (List<Object> way : ways) {
        Path restored = directory.resolve("restored" + runs.size());
        runs.add(run(all(way.toArray(), all(common, "unpack", "--no-sync", archive, restored))));
        runs.add(run(all(way.toArray(), all(common, "inspect", archive))));
      }
      Path more = directory.resolve(output + ".bin");
      runs.add(
          run(
              "recipients",
              "add",
              archive,
              more,
              "--recipient",
              certificate,
              "--passphrase-file",
              right));
    }
    runs.add(run("tasks", "--output", "json"));
    assertThat(runs.stream().filter(run -> run.exitCode() == 0)).hasSizeGreaterThan(12);
    assertThat(runs.stream().filter(run -> run.exitCode() != 0)).hasSizeGreaterThan(12);
    assertNowhere(runs.stream().map(run -> run.text() + run.stderr()).toList());
  }

  /** The second ones come first: a command's name has to. */
  private static Object[] all(Object[] last, Object... first) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(last)).toArray();
  }

  private TypedProcess typed(Object... arguments) throws IOException {
    return TypedProcess.start(directory, environment(), List.of(arguments));
  }

  @Test
  void typedOnATerminalTheyAreNotShown() throws Exception {
    assumeTrue(TypedProcess.isPossible(), "no program 'script' here");
    Path archive = directory.resolve("sealed.bin");
    List<String> said = new ArrayList<>();

    TypedProcess pack =
        typed("pack", disk, archive, "--recipient-passphrase", "--recipient", certificate, "-v");
    pack.answer("passphrase of the archive: ", 1, PASSPHRASE);
    pack.answer("the same passphrase again: ", 1, PASSPHRASE);
    said.add(pack.commandLines());
    assertThat(pack.exitCode()).as(pack.shown()).isZero();
    said.add(pack.shown());

    TypedProcess unpack =
        typed("unpack", archive, directory.resolve("restored"), "--passphrase", "-v");
    unpack.answer("passphrase of the archive: ", 1, PASSPHRASE);
    said.add(unpack.commandLines());
    assertThat(unpack.exitCode()).as(unpack.shown()).isZero();
    said.add(unpack.shown());
    assertThat(Files.mismatch(directory.resolve("restored/volume-00.raw"), disk)).isEqualTo(-1);

    TypedProcess byKey = typed("verify", archive, "--identity", encryptedKey);
    byKey.answer("passphrase of %s: ".formatted(encryptedKey), 1, KEY_PASSPHRASE);
    assertThat(byKey.exitCode()).as(byKey.shown()).isZero();
    said.add(byKey.shown());

    TypedProcess wrong = typed("unpack", archive, directory.resolve("no"), "--passphrase");
    wrong.answer("passphrase of the archive: ", 1, WRONG);
    assertThat(wrong.exitCode()).as(wrong.shown()).isEqualTo(4);
    said.add(wrong.shown());
    assertThat(directory.resolve("no")).doesNotExist();

    assertThat(said.get(0)).contains("amber.cli.Main", "--recipient-passphrase");
    assertNowhere(said);
  }

  @Test
  void withoutATerminalNothingIsAskedFor() {
    Path archive = directory.resolve("sealed.bin");
    Run run = run("pack", disk, archive, "--recipient-passphrase");
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
    assertThat(run.stderr()).contains("there is no terminal to ask on", "amber: hint: ");
    assertThat(archive).doesNotExist();
  }
}

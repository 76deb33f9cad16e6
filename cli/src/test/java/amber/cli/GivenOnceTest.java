package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that hold one value are given once, in a group or not; others as often as one likes. */
class GivenOnceTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "pack, --level, 3",
    "pack, --region, eu-central-1",
    "pack, --endpoint-url, http://127.0.0.1:9",
    "pack, --recipient-passphrase-file, words",
    "pack, --signer, key.pem",
    "pack, --storage-class, STANDARD_IA",
    "unpack, --passphrase-file, words",
    "unpack, --require-signature, ",
    "unpack, --kms-key-id, alias/x",
    "copy, --from-region, us-east-1",
    "copy, --to-profile, gov",
    "migrate, --archive, a.bin",
    "verify, --trust, store.p12",
    "image list, --region, eu-central-1",
    "retire, --region, eu-central-1",
    "archives list, --region, eu-central-1",
  })
  void aRepeatIsRefused(String command, String option, String value) {
    List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
    for (int i = 0; i < 2; i++) {
      arguments.add(option);
      if (value != null) {
        arguments.add(value);
      }
    }
    // As many operands as the commands want.
    switch (command) {
      case "verify" -> arguments.add("disk.bin");
      case "pack", "unpack", "copy", "migrate" -> arguments.addAll(List.of("disk.img", "disk.bin"));
      case "retire" -> arguments.addAll(List.of("ami-0abc123def4567890", "s3://archive/"));
      case "archives list" -> arguments.add("s3://archive/");
      default -> {}
    }

    Run run = Run.of(arguments.toArray());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .startsWith("amber: error: option '%s'".formatted(option))
        .contains("is given more than once, should be given once");
  }

  @Test
  void aRepeatIsFoundHoweverItIsWritten() {
    Run run =
        Run.of("pack", "--signer=a.pem", "--signer", "b.pem", directory.resolve("d"), "disk.bin");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .contains("option '--signer': is given more than once, should be given once");
  }

  @Test
  void severalRecipientsAreSeveral() throws Exception {
    Path disk = Files.write(directory.resolve("disk.img"), new byte[1024]);

    Run run =
        Run.of(
            "pack",
            "--recipient",
            directory.resolve("no-a.pem"),
            "--recipient",
            directory.resolve("no-b.pem"),
            disk,
            directory.resolve("disk.bin"));

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.stderr()).contains("no-a.pem");
  }

  @Test
  void whatFollowsTheEndOfOptionsIsAnOperand() {
    Run run = Run.of("verify", "--trust", "a.p12", "--", "--trust");

    assertThat(run.stderr()).doesNotContain("more than once");
  }
}

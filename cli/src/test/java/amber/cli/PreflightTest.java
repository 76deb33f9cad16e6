package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is found out before any work: all problems of both sides at once, and what is well. */
@ExtendWith(Cloud.class)
class PreflightTest {

  @TempDir private Path directory;

  @AfterEach
  void behaveAgain() {
    Cloud.emulator().faults().clear();
  }

  private static String snapshot() throws Exception {
    return Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 9, 0), Map.of(), Optional.empty());
  }

  private Path disk() throws Exception {
    return TestDisk.small(directory.resolve("disk.img"));
  }

  private static void assertTells(Run run, int exitCode, String... problems) {
    assertThat(run.exitCode()).isEqualTo(exitCode);
    for (String problem : problems) {
      assertThat(run.stderr()).contains("amber: error: ").contains(problem);
    }
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error: ")))
        .hasSize(problems.length);
  }

  @Test
  void archiveThatIsMissingHidesNoProblemOfTheNewAmi() throws Exception {
    String name = Cloud.newName("taken");
    String ami = Cloud.image(Cloud.EAST, name, snapshot());
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/none.bin";
    Cloud.emulator().faults().add("ec2:RegisterImage:deny");
    assertTells(
        Cloud.amber("unpack", archive, "ami:" + name),
        5,
        archive + ": no such archive",
        "ami:%s: is the name of %s already".formatted(name, ami),
        "ami:" + name + ": ");
    Cloud.emulator().faults().clear();
    assertTells(
        Cloud.amber("unpack", directory.resolve("none.bin"), "ami:x"),
        5,
        "none.bin: no such file",
        "ami:x: is no name for an image");
    // With the name that it has, there is less to be found out.
    assertTells(Cloud.amber("unpack", archive, "ami:"), 5, archive + ": no such archive");
  }

  @Test
  void archiveThatIsFrozenOrDamagedHidesNoProblemOfTheNewAmi() throws Exception {
    String name = Cloud.newName("taken");
    Cloud.image(Cloud.EAST, name, snapshot());
    Path file = Run.packed(disk(), directory.resolve("disk.bin"));
    String frozen = "s3://" + Cloud.bucket(Cloud.EAST) + "/frozen.bin";
    Cloud.succeed("copy", file, frozen, "--storage-class", "GLACIER");
    assertTells(
        Cloud.amber("unpack", frozen, "ami:" + name),
        9,
        "is frozen in storage class GLACIER",
        "ami:" + name + ": is the name of");
    byte[] half = Files.readAllBytes(file);
    Path cut = Files.write(directory.resolve("cut.bin"), Arrays.copyOf(half, 1 << 20));
    assertTells(
        Cloud.amber("unpack", cut, "ami:" + name),
        3,
        "cut.bin: ",
        "ami:" + name + ": is the name of");
  }

  @Test
  void archiveThatIsMissingHidesNoProblemOfTheDirectory() throws Exception {
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("x"), "x");
    assertTells(
        Run.of("unpack", directory.resolve("none.bin"), full),
        5,
        "none.bin: no such file",
        full + ": directory already exists and is not empty");
  }

  @Test
  void diskThatIsMissingHidesNoProblemOfTheArchive() throws Exception {
    Path none = directory.resolve("none.img");
    assertTells(
        Cloud.amber("pack", none, "s3://no-such-bucket-at-all/"),
        5,
        none + ": no such file",
        "s3://no-such-bucket-at-all: no such bucket");
    Path taken = Files.writeString(directory.resolve("taken.bin"), "x");
    assertTells(
        Run.of("pack", none, taken),
        5,
        none + ": no such file",
        taken + ": archive already exists");
    assertTells(
        Cloud.amber("pack", "ami-0123456789abcdef0", taken),
        5,
        "ami-0123456789abcdef0: ",
        taken + ": archive already exists");
  }

  @Test
  void whatBothSidesLackIsToldOnce() throws Exception {
    Run run =
        Run.with(
            Map.of("AWS_DEFAULT_REGION", Cloud.EAST),
            "pack",
            "ami-0123456789abcdef0",
            "s3://bucket/",
            "--profile",
            "no-such-profile");
    assertTells(run, 2, "profile 'no-such-profile': is in no AWS configuration file");
  }

  @Test
  void dryRunOfAPackTellsWhatWasFound() throws Exception {
    String snapshot = snapshot();
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot);
    String bucket = Cloud.bucket(Cloud.GOV);
    String object = "s3://%s/%s.bin".formatted(bucket, ami);
    Run run =
        Cloud.succeed("pack", "--dry-run", ami, "s3://" + bucket + "/", "--to-region", Cloud.GOV);
    assertThat(run.text())
        .contains(
            "\nchecked, and found\n  source: account 111111111111, region us-east-1\n",
            "\n  target: account 2",
            ", region us-gov-west-1\n",
            "\n  " + snapshot + ": can be read: its blocks were listed, and one of them read\n",
            "\n  " + ami + ": 1000 blocks may be read each second, as of a new account;",
            "\n  s3://" + bucket + ": is there, in region us-gov-west-1\n",
            "\n  " + object + ": is free\n",
            "\n  " + object + ": s3:PutObject is allowed\n",
            "\n  at the default quota of 1,000 blocks each second: ");
    assertThat(Cloud.succeed("pack", ami, object, "--to-region", Cloud.GOV).text())
        .doesNotContain("checked, and found");
    Run json =
        Cloud.succeed(
            "unpack",
            "--dry-run",
            "--output",
            "json",
            object,
            "ami:" + Cloud.newName("dry"),
            "--region",
            Cloud.GOV);
    List<?> findings = (List<?>) json.json().get("preflight");
    assertThat(findings.stream().map(each -> String.valueOf(((Map<?, ?>) each).get("found"))))
        .anyMatch(text -> text.startsWith("its ends are whole, "))
        .contains("the name is free")
        .anyMatch(text -> text.startsWith("RegisterImage was tried without effect"))
        .contains("ec2:DeleteSnapshot is allowed")
        .anyMatch(text -> text.startsWith("new snapshots are not encrypted unasked"))
        .anyMatch(text -> text.matches("\\d+ snapshots are pending, 100 may be, as of .*"))
        .anyMatch(text -> text.startsWith("1000 blocks may be written each second"));
    assertThat(((Map<?, ?>) json.json().get("bill")).get("blocksPerSecond"))
        .hasToString("{write={rate=1000.0, from=default}}");
  }

  @Test
  void rateOfBlocksCanBeSetForEachSide() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    Run both =
        Cloud.succeed(
            "copy",
            "--dry-run",
            ami,
            "ami:" + Cloud.newName("dry"),
            "--rate",
            "500",
            "--to-rate",
            "4");
    assertThat(both.text())
        .contains(
            "\n  at the rate of 500 blocks read each second, and the rate of 4 blocks written each"
                + " second: 0.5 s\n");
    Run slow = Cloud.succeed("verify", ami, "--rate", "1");
    assertThat(slow.text()).startsWith("verified ");
    Run wrong = Cloud.amber("verify", ami, "--rate", "0");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.stderr()).contains("--rate");
  }

  @Test
  void twoEndpointsServeOneRun() throws Exception {
    Path region = directory.resolve("region");
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    String name = Cloud.newName("elsewhere");
    try (Emulator other = Emulator.start(region, EmulatorOptions.DEFAULT)) {
      Run copied =
          Run.with(
              Map.of("AWS_DEFAULT_REGION", Cloud.EAST, "AMBER_POLL_MS", "20"),
              "copy",
              "--output",
              "json",
              ami,
              "ami:" + name,
              "--from-endpoint-url",
              Cloud.emulator().endpoint(),
              "--to-endpoint-url",
              other.endpoint());
      assertThat(copied.exitCode()).as(copied.stderr()).isZero();
      String imageId = (String) copied.json().get("imageId");
      assertThat(
              other.region(Cloud.EAST).images().find(imageId).orElseThrow().registration().name())
          .isEqualTo(name);
      assertThat(Cloud.region(Cloud.EAST).images().find(imageId)).isEmpty();
    }
  }
}

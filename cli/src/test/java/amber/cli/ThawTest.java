package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Archives in storage classes that must be thawed. */
@ExtendWith(Cloud.class)
class ThawTest {

  @TempDir private Path directory;

  @Test
  void frozenArchiveSaysSoAndComesBack() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/disk.bin";
    Cloud.succeed("pack", disk, archive, "--storage-class", "DEEP_ARCHIVE");

    Run frozen = Cloud.amber("verify", archive);
    assertThat(frozen.exitCode()).isEqualTo(9);
    assertThat(frozen.stderr())
        .contains("error: " + archive + ": is frozen in storage class DEEP_ARCHIVE")
        .contains("hint: ask for it with --thaw Standard");

    Run asked = Cloud.amber("unpack", archive, directory.resolve("out"), "--thaw", "Bulk");
    assertThat(asked.exitCode()).isEqualTo(9);
    assertThat(asked.stderr())
        .contains(archive + ": is being thawed now (Bulk), should be readable in 48 hours")
        .contains("hint: repeat the command then; the thawed copy stays for 3 days");

    Run meanwhile = Cloud.amber("verify", archive);
    assertThat(meanwhile.exitCode()).isEqualTo(9);
    assertThat(meanwhile.stderr())
        .contains("being thawed; come back later")
        .contains("hint: repeat the command later, or with --wait");

    Run waited = Cloud.succeed("unpack", archive, directory.resolve("out"), "--wait");
    assertThat(waited.stderr()).contains("is being thawed; waiting for up to 72 hours");
    assertThat(directory.resolve("out/volume-00.raw")).isRegularFile();
  }

  @Test
  void thawIsWaitedForInOneGo() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/disk.bin";
    Cloud.succeed("pack", disk, archive, "--storage-class", "GLACIER");
    Run run = Cloud.succeed("verify", archive, "--thaw", "Expedited", "--thaw-days", "1", "--wait");
    assertThat(run.text()).contains("every byte is whole");
  }
}

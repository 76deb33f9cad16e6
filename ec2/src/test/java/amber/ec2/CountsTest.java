package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.fault.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted is what was sent. */
class CountsTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 1, 2, 2, 0, 5, 4, 900, 6);

  @TempDir Path directory;

  @Test
  void everyAttemptOfEveryRequestIsCounted() throws IOException {
    try (TestAws emulator =
        TestAws.start(directory.resolve("aws"), EbsRules.DEFAULT, Ec2Rules.DEFAULT)) {
      String imageId;
      try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
        String snapshotId =
            TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
        imageId = TestRuns.ami(aws, "packed", snapshotId);
      }
      Faults faults = emulator.faults();
      long retries = 0;
      for (String operation :
          new String[] {
            "ebs:ListSnapshotBlocks",
            "ebs:GetSnapshotBlock",
            "ebs:StartSnapshot",
            "ebs:PutSnapshotBlock",
            "ebs:CompleteSnapshot",
            "ec2:DescribeImages",
            "ec2:DescribeSnapshots",
            "ec2:DescribeImageAttribute",
            "ec2:RegisterImage"
          }) {
        faults.add(operation + ":nth=1:throttle");
        faults.add(operation + ":nth=2:status=500");
        retries += 2;
      }
      long before = calls(faults, "ec2");
      try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
        Ec2Counts none = aws.counts();
        assertThat(none.getsPerSecond()).isEqualTo(900);
        Path archive = directory.resolve("a.bin");
        TestRuns.pack(aws, imageId, archive);
        TestRuns.unpack(aws, archive, "unpacked");
        Ec2Counts counts = aws.counts();
        assertThat(counts.gets()).isEqualTo(faults.calls("ebs", "GetSnapshotBlock"));
        assertThat(counts.gets()).isEqualTo(SEEDS.size() + 2);
        // What was written before the counting began is as much as what was written now.
        assertThat(counts.puts()).isEqualTo(SEEDS.size() + 2);
        assertThat(counts.lists()).isEqualTo(faults.calls("ebs", "ListSnapshotBlocks"));
        assertThat(counts.starts()).isEqualTo(2 * 3);
        assertThat(counts.calls()).isEqualTo(calls(faults, "ec2") - before);
        assertThat(counts.retries()).isEqualTo(retries);
        assertThat(counts.throttled()).isEqualTo(retries / 2);
        assertThat(counts.getsPerSecond()).isBetween(600.0, 899.9);
        assertThat(counts.putsPerSecond()).isBetween(600.0, 899.9);
      }
    }
  }

  private static long calls(Faults faults, String service) {
    return Stream.of(
            "DescribeImages",
            "DescribeSnapshots",
            "DescribeSnapshotAttribute",
            "DescribeImageAttribute",
            "RegisterImage",
            "DeregisterImage",
            "DeleteSnapshot")
        .mapToLong(operation -> faults.calls(service, operation))
        .sum();
  }
}

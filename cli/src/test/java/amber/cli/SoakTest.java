package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;

/**
 * Many AMIs of mixed shape in a row in one process, which holds no more after the last than after
 * the fifth. A build takes 8, {@code benchmarks/faults} 50. Properties: {@code soak.images}, {@code
 * soak.seed}, {@code soak.table} (where its lines of docs/reliability.md go).
 */
@ExtendWith(Cloud.class)
class SoakTest {

  private static final int WARM = 5;
  private static final long MIB = 1 << 20;

  // Small beside what one run takes: a run that kept anything would show after 45 of them.
  private static final long[] TOLERANCES = {3, 6, 2 * MIB, 6 * MIB};
  private static final List<String> NAMES =
      List.of("threads", "file descriptors", "direct memory", "heap");

  @TempDir private Path directory;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void processHoldsNoMoreAfterManyImagesThanAfterFive() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
    int images = Integer.getInteger("soak.images", WARM + 3);
    long seed = Long.getLong("soak.seed", System.nanoTime() & 0xffffff);
    Random random = new Random(seed);
    List<Object> arguments = new ArrayList<>();
    arguments.add(Cloud.bucket(Cloud.EAST));
    for (int i = 0; i < images; i++) {
      arguments.add(image(random));
    }
    List<long[]> held = run(arguments);
    assertThat(held).as("seed %d", seed).hasSize(images);
    long[] warm = new long[NAMES.size()];
    held.subList(0, WARM).forEach(each -> takeLarger(warm, each));
    long[] last = held.get(images - 1);
    for (int i = 0; i < NAMES.size(); i++) {
      assertThat(last[i])
          .as("%s after %d images, seed %d: %s", NAMES.get(i), images, seed, text(held, i))
          .isLessThanOrEqualTo(warm[i] + TOLERANCES[i]);
    }
    if (System.getProperty("soak.table") != null) {
      Files.write(Path.of(System.getProperty("soak.table")), lines(images, seed, warm, last));
    }
  }

  private static void takeLarger(long[] most, long[] each) {
    for (int i = 0; i < most.length; i++) {
      most[i] = Math.max(most[i], each[i]);
    }
  }

  private static String text(List<long[]> held, int which) {
    return held.stream().map(each -> String.valueOf(each[which])).toList().toString();
  }

  private static List<String> lines(int images, long seed, long[] warm, long[] last) {
    List<String> lines = new ArrayList<>();
    lines.add("%d AMIs, seed %d:".formatted(images, seed));
    lines.add("");
    lines.add("| | most after the first five | after the last |");
    lines.add("|---|---:|---:|");
    for (int i = 0; i < NAMES.size(); i++) {
      boolean bytes = i >= 2;
      lines.add(
          "| %s | %s | %s |"
              .formatted(
                  NAMES.get(i),
                  bytes ? Text.bytes(warm[i]) : warm[i],
                  bytes ? Text.bytes(last[i]) : last[i]));
    }
    return lines;
  }

  /** One to three volumes of up to 40 blocks, some of them zeros, or of none at all. */
  private static String image(Random random) throws IOException {
    List<BlockDeviceMapping> devices = new ArrayList<>();
    int volumes = 1 + random.nextInt(3);
    for (int volume = 0; volume < volumes; volume++) {
      Map<Integer, Integer> seeds = new HashMap<>();
      int blocks = random.nextInt(40);
      for (int i = 0; i < blocks; i++) {
        seeds.put(random.nextInt(2048), random.nextInt(4));
      }
      String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
      devices.add(
          BlockDeviceMapping.builder()
              .deviceName("/dev/xvd" + (char) ('a' + volume))
              .ebs(e -> e.snapshotId(snapshot).volumeType("gp3"))
              .build());
    }
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.registerImage(
              r ->
                  r.name(Cloud.newName("soak"))
                      .architecture("x86_64")
                      .virtualizationType("hvm")
                      .enaSupport(true)
                      .rootDeviceName("/dev/xvda")
                      .blockDeviceMappings(devices))
          .imageId();
    }
  }

  private List<long[]> run(List<Object> arguments) throws Exception {
    try (PipedProcess program =
        PipedProcess.startProgram(directory, "amber.cli.SoakProgram", Map.of(), arguments)) {
      byte[] output = program.stdout().readAllBytes();
      assertThat(program.awaitEnd()).as(program.stderr()).isZero();
      return new String(output, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("SOAK "))
          .map(line -> Arrays.stream(line.substring(5).split(" ")).mapToLong(Long::parseLong))
          .map(numbers -> numbers.toArray())
          .toList();
    }
  }
}

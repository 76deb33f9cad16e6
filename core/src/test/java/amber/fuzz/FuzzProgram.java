package amber.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs Jazzer on a target, in a process of its own with little memory. What it finds lies in a
 * directory afterwards, with what it printed.
 */
final class FuzzProgram {

  private static final String HEAP = "-Xmx128m";

  /** Beside the heap: buffers of segments and of the tail. */
  private static final String DIRECT = "-XX:MaxDirectMemorySize=256m";

  private static final int LONGEST_INPUT = 16 << 10;

  /**
   * For one input, by the clock, which goes on while others have the processor or the process is
   * stopped. What takes long by itself is found before, by its time on the processor.
   */
  private static final int INPUT_SECONDS = 300;

  private static final Duration START_AND_END = Duration.ofMinutes(10);

  /** What is watched for new paths: what reads, and not what makes and checks inputs. */
  private static final List<String> WATCHED =
      List.of(
          "amber.*",
          "amber.archive.**",
          "amber.block.**",
          "amber.disk.**",
          "amber.frame.**",
          "amber.image.**",
          "amber.seal.**",
          "amber.task.**",
          "com.fasterxml.jackson.**",
          "org.apache.commons.compress.archivers.tar.**",
          "org.bouncycastle.asn1.**",
          "org.bouncycastle.cms.**");

  private static final String FINDING = "finding-";
  private static final Pattern EXECUTED =
      Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");

  private final Path directory;

  /** Runs with files in this directory. */
  FuzzProgram(Path directory) {
    this.directory = directory;
  }

  /**
   * What came of one run.
   *
   * @param inputs how many were tried
   * @param findings files with the inputs that were neither read nor refused as they should be
   */
  record Result(String target, long inputs, List<Path> findings, String log) {}

  /** Fuzzes a target for that long. */
  Result run(String target, Duration time) throws IOException, InterruptedException {
    Path corpus = directory.resolve(target).resolve("corpus");
    FuzzCorpus.write(target, corpus);
    String log =
        jazzer(
            target,
            time.plus(START_AND_END),
            List.of(
                "-max_total_time=" + time.toSeconds(),
                "-max_len=" + LONGEST_INPUT,
                "-print_final_stats=1",
                corpus.toString()));
    Matcher executed = EXECUTED.matcher(log);
    return new Result(
        target, executed.find() ? Long.parseLong(executed.group(1)) : 0, findings(target), log);
  }

  /** Copies what is needed of a target's inputs to take all paths into another directory. */
  void merge(String target, Path into) throws IOException, InterruptedException {
    Path corpus = directory.resolve(target).resolve("corpus");
    Files.createDirectories(into);
    jazzer(
        target,
        Duration.ofMinutes(30),
        List.of("-merge=1", "-max_len=" + LONGEST_INPUT, into.toString(), corpus.toString()));
  }

  private List<Path> findings(String target) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(target))) {
      return files.filter(file -> file.getFileName().toString().startsWith(FINDING)).toList();
    }
  }

  private String jazzer(String target, Duration limit, List<String> options)
      throws IOException, InterruptedException {
    Path place = directory.resolve(target);
    Path log = place.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(HEAP, DIRECT, "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + JazzerEntry.class.getName());
    command.add("--target_args=" + target);
    command.add("--instrumentation_includes=" + String.join(":", WATCHED));
    command.add("--reproducer_path=" + place);
    command.add("-artifact_prefix=" + place + "/" + FINDING);
    command.add("-timeout=" + INPUT_SECONDS);
    command.add("-report_slow_units=" + INPUT_SECONDS);
    command.add("-rss_limit_mb=0");
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("%s: fuzzing did not end within %s".formatted(target, limit));
      }
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(log);
  }
}

package amber.benchmark.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.benchmark.server.DiscardServer;
import amber.block.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Keeps the server and its clients running, over TLS as when they measure; measures nothing. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere SSL_CERT_FILE is not looked at")
class AwsSmokeTest {

  private static final int BLOCKS = 150;
  private static final int TEXT_BLOCKS = 40;
  private static final String OBJECT = "s3://benchmark/disk.bin";

  private static Path directory;
  private static DiscardServer server;

  @BeforeAll
  static void start() throws IOException {
    // The build tells this JVM to trust the certificate that is made here.
    directory = Path.of(System.getProperty("amber.benchmark.directory"));
    Files.createDirectories(directory);
    try (DirectoryStream<Path> earlier = Files.newDirectoryStream(directory)) {
      for (Path file : earlier) {
        Files.delete(file);
      }
    }
    Path disk = directory.resolve("disk.img");
    Random random = new Random(1);
    byte[] block = new byte[Block.SIZE];
    try (FileChannel file =
        FileChannel.open(
            disk,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int i = 0; i < BLOCKS; i++) {
        random.nextBytes(block);
        // Every third block is a hole, and the last one ends short.
        int length = i == BLOCKS - 1 ? 1024 : Block.SIZE;
        file.write(ByteBuffer.wrap(block, 0, length), (long) i * Block.SIZE * 3 / 2);
      }
    }
    server = DiscardServer.start(disk, TEXT_BLOCKS, directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, Object> amber(String... arguments) throws IOException {
    return new AmberRun(new Arguments(with(arguments))).run();
  }

  private static String[] with(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--endpoint";
    all[arguments.length + 1] = server.endpoint();
    return all;
  }

  private static long count(String name) {
    return ((Number) server.obey("stats").get(name)).longValue();
  }

  @Test
  void amberPacksAndUnpacks() throws IOException {
    server.obey("set keep=true check=true");
    Map<String, Object> packed =
        amber("pack", "--snapshot", DiscardServer.DISK, "--object", OBJECT);
    int listed = (int) server.description().get("diskBlocks");
    assertThat(packed).containsEntry("blocks", (long) listed).containsEntry("retries", 0L);
    assertThat(count("gets")).isEqualTo(listed);

    server.obey("set check=true latency-ms=5");
    Map<String, Object> unpacked = amber("unpack", "--object", OBJECT);
    assertThat(unpacked).containsEntry("blocks", (long) listed).containsEntry("retries", 0L);
    assertThat(count("puts")).isEqualTo(listed);
    assertThat(count("failures")).isZero();
  }

  @Test
  void filesGoUpAndComeBack() throws IOException {
    Path file = directory.resolve("sent");
    byte[] bytes = new byte[(20 << 20) + 5];
    new Random(2).nextBytes(bytes);
    Files.write(file, bytes);
    server.obey("set keep=true");
    amber("upload", "--file", file.toString(), "--object", "s3://benchmark/file");
    Path back = directory.resolve("back");
    amber("download", "--object", "s3://benchmark/file", "--file", back.toString());
    assertThat(back).hasBinaryContent(bytes);
  }

  @Test
  void quotaIsCounted() throws IOException {
    server.obey("set quota=20");
    Map<String, Object> packed =
        amber(
            "pack",
            "--snapshot",
            DiscardServer.TEXT,
            "--object",
            "s3://benchmark/text.bin",
            "--blocks-per-second",
            "400");
    assertThat(packed).containsEntry("blocks", (long) TEXT_BLOCKS);
    assertThat(count("throttled")).isPositive().isEqualTo(packed.get("throttled"));
    assertThat(count("gets")).isEqualTo(TEXT_BLOCKS);
  }

  @Test
  void sdkLoopCopies() throws Exception {
    server.obey("set");
    NaiveRun loop =
        new NaiveRun(
            new Arguments(
                with(
                    "copy",
                    "--snapshot",
                    DiscardServer.DISK,
                    "--bucket",
                    "benchmark",
                    "--threads",
                    "2",
                    "--blocks",
                    "10")));
    assertThat(loop.run()).containsEntry("blocks", 10);
    assertThat(count("parts")).isEqualTo(10);
  }

  @Test
  void everyHttpClientReadsAndWrites() throws Exception {
    server.obey("set");
    for (String client : HttpClientRun.CLIENTS) {
      for (String verb : new String[] {"get", "put"}) {
        String[] arguments =
            with(
                verb,
                "--client",
                client,
                "--snapshot",
                DiscardServer.TEXT,
                "--blocks",
                "6",
                "--in-flight",
                "2");
        assertThat(new HttpClientRun(new Arguments(arguments)).run()).containsEntry("blocks", 6);
      }
    }
    // Each client warms up with as many blocks as it is measured with.
    assertThat(count("gets")).isEqualTo(12L * HttpClientRun.CLIENTS.size());
    assertThat(count("puts")).isEqualTo(12L * HttpClientRun.CLIENTS.size());
  }

  @Test
  void unknownConditionsAreRefused() {
    assertThatThrownBy(() -> server.obey("set speed=1"))
        .hasMessageStartingWith("condition 'speed', should be one of");
    assertThatThrownBy(() -> server.obey("stop"))
        .hasMessage("line 'stop', should begin with set or stats");
  }
}

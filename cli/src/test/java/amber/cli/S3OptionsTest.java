package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.s3.S3Checksum.Algorithm;
import amber.s3.S3Encryption;
import amber.s3.S3Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the options for archives in S3 become: settings, and headers of the requests. */
@ExtendWith(Cloud.class)
class S3OptionsTest {

  private static final String KEY =
      "arn:aws:kms:us-east-1:111111111111:key/12345678-1234-1234-1234-123456789012";

  @TempDir static Path shared;

  private static Path disk;

  @TempDir private Path directory;

  @BeforeAll
  static void make() throws Exception {
    disk = TestDisk.empty(shared.resolve("disk.img"), 64L << 20);
    TestDisk.noise(disk, 0, 20, 3);
  }

  /** Something that has the options. */
  @Command
  static final class Holder {
    @Mixin private S3Options s3;
  }

  private static S3Settings settings(String... arguments) throws RefusedException {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.s3.settings(false);
  }

  @Test
  void spoolIsWhereItIsWanted() throws Exception {
    assertThat(settings("--spool-dir", directory.toString()).transfer().spool().directory())
        .hasValue(directory);
    assertThat(settings().transfer().spool().directory()).isEmpty();
    assertThat(settings().transfer().spool().maxBytes()).isPositive();
  }

  @Test
  void bucketKeyIsOfKms() throws Exception {
    assertThat(settings("--bucket-key").encryption().mode()).isEqualTo(S3Encryption.Mode.KMS);
    assertThat(settings("--bucket-key").encryption().bucketKey()).isTrue();
    assertThatThrownBy(() -> settings("--bucket-key", "--sse", "AES256"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("a bucket key with S3, should be with KMS");
  }

  @Test
  void checksumIsTheOneThatIsWanted() throws Exception {
    assertThat(settings().transfer().checksum()).hasValue(Algorithm.CRC32C);
    assertThat(settings("--checksum", "crc32c").transfer().checksum()).hasValue(Algorithm.CRC32C);
    assertThat(settings("--checksum=crc64nvme").transfer().checksum())
        .hasValue(Algorithm.CRC64NVME);
    for (String none : new String[] {"--checksum=none", "--no-checksums"}) {
      assertThat(settings(none).transfer().checksum()).isEmpty();
    }
    assertThat(settings("--no-checksums", "--checksum=none").transfer().checksum()).isEmpty();
    assertThatThrownBy(() -> settings("--no-checksums", "--checksum=crc32c"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("contradict each other");
    assertThatThrownBy(() -> settings("--checksum=md5")).hasMessageContaining("md5");
  }

  private List<RecordingProxy.Call> packed(Object... options) throws Exception {
    String bucket = Cloud.bucket(Cloud.EAST);
    try (RecordingProxy proxy = new RecordingProxy(Cloud.emulator().endpoint())) {
      List<Object> all = new ArrayList<>(List.of("pack", disk, "s3://" + bucket + "/x.bin"));
      all.addAll(Arrays.asList(options));
      all.addAll(List.of("--endpoint-url", proxy.endpoint()));
      Run run = Run.with(Map.of("AWS_DEFAULT_REGION", Cloud.EAST), all.toArray());
      assertThat(run.exitCode()).as(run.stderr()).isZero();
      return List.copyOf(proxy.calls());
    }
  }

  private static List<RecordingProxy.Call> those(
      List<RecordingProxy.Call> calls, Predicate<RecordingProxy.Call> wanted) {
    List<RecordingProxy.Call> found = calls.stream().filter(wanted).toList();
    assertThat(found).isNotEmpty();
    return found;
  }

  private static boolean begins(RecordingProxy.Call call) {
    return call.method().equals("POST") && call.query().startsWith("uploads");
  }

  @ParameterizedTest
  @CsvSource({
    "--bucket-key, x-amz-server-side-encryption-bucket-key-enabled, true",
    "--bucket-key, x-amz-server-side-encryption, aws:kms",
    "--sse=AES256, x-amz-server-side-encryption, AES256",
    "--sse=aws:kms:dsse, x-amz-server-side-encryption, aws:kms:dsse",
    "--sse-kms-key-id=" + KEY + ", x-amz-server-side-encryption-aws-kms-key-id, " + KEY,
    "--storage-class=STANDARD_IA, x-amz-storage-class, STANDARD_IA",
    "--object-tag=of=web, x-amz-tagging, of=web",
  })
  void optionIsSaidWhereTheObjectBegins(String option, String header, String value)
      throws Exception {
    assertThat(those(packed(option), S3OptionsTest::begins))
        .allSatisfy(call -> assertThat(call.headers()).containsEntry(header, value));
  }

  @Test
  void partsCarryTheChecksumThatIsWantedOrNone() throws Exception {
    for (String algorithm : new String[] {"crc32c", "crc64nvme"}) {
      assertThat(those(packed("--checksum", algorithm), S3OptionsTest::isPart))
          .allSatisfy(
              call -> assertThat(call.headers()).containsKey("x-amz-checksum-" + algorithm));
    }
    assertThat(packed("--no-checksums"))
        .allSatisfy(
            call ->
                assertThat(call.headers().keySet())
                    .noneMatch(name -> name.matches("x-amz-checksum-(crc|algorithm|type).*")));
  }

  private static boolean isPart(RecordingProxy.Call call) {
    return call.method().equals("PUT")
        && call.query().contains("partNumber=")
        && !"0".equals(call.headers().get("content-length"));
  }

  @Test
  void requesterPaysForEachRequestOfAnObject() throws Exception {
    assertThat(those(packed("--requester-pays"), call -> true))
        .filteredOn(call -> call.path().endsWith("/x.bin"))
        .allSatisfy(
            call -> assertThat(call.headers()).containsEntry("x-amz-request-payer", "requester"));
    assertThat(packed())
        .allSatisfy(call -> assertThat(call.headers()).doesNotContainKey("x-amz-request-payer"));
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.kms.KmsErrors;
import amber.work.ErrorClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kms.KmsClient;

/** Each error that KMS documents for what Amber asks, met on purpose by a command. */
@ExtendWith(Cloud.class)
class KmsErrorTableTest {

  private static final String WHO = "aws sts get-caller-identity";
  private static final String SIGN_IN = "sign in again";
  private static final String CLOCK = "set this machine's clock";
  private static final String SPELLING = "check the ARN";
  private static final String QUOTA = "Service Quotas";
  private static final String LATER = "try again when they are done";
  private static final String NETWORK = "check the network";
  private static final String OWN = "the message is AWS's own";
  private static final String IDENTITY = "give what opens it";

  @TempDir static Path shared;

  private static String key;
  private static Path disk;
  private static Path archive;

  @TempDir private Path directory;

  @BeforeAll
  static void make() throws IOException {
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      key = kms.createKey().keyMetadata().arn();
    }
    disk = TestDisk.small(shared.resolve("disk.img"));
    archive = shared.resolve("sealed.bin");
    Cloud.succeed("pack", "--no-sync", disk, archive, "--recipient-kms", key);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run use(String fault) {
    List<Object> all = new ArrayList<>();
    if (fault.contains(":Decrypt:")) {
      all.addAll(List.of("unpack", archive, directory.resolve("out"), "--identity-kms"));
    } else {
      all.addAll(List.of("pack", disk, directory.resolve("out"), "--recipient-kms", key));
    }
    all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    return Run.with(
        Map.of("AWS_DEFAULT_REGION", Cloud.EAST, "AMBER_RETRY_MS", "150"), all.toArray());
  }

  private static Optional<String> part(String fault, String name) {
    return Stream.of(fault.split(":", -1))
        .filter(field -> field.startsWith(name + "="))
        .map(field -> field.substring(name.length() + 1))
        .findFirst();
  }

  private static ErrorClass error(String fault) {
    return ErrorClass.of(
        KmsErrors.table(),
        new ErrorClass.Met(
            Integer.parseInt(part(fault, "status").orElse("400")),
            part(fault, "error").orElse(""),
            "",
            ""));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "kms:GenerateDataKey:error=AccessDeniedException, 4, " + WHO,
    "kms:Decrypt:error=AccessDeniedException, 4, " + WHO,
    "kms:Decrypt:error=AccessDenied, 4, " + WHO,
    "kms:GenerateDataKey:error=DisabledException, 4, describe-key",
    "kms:Decrypt:error=KMSInvalidStateException, 4, describe-key",
    "kms:GenerateDataKey:error=UnrecognizedClientException, 4, " + WHO,
    "kms:GenerateDataKey:error=InvalidClientTokenId:status=403, 4, " + WHO,
    "kms:GenerateDataKey:error=IncompleteSignature, 4, " + WHO,
    "kms:GenerateDataKey:error=MissingAuthenticationToken:status=403, 4, " + WHO,
    "kms:GenerateDataKey:error=MissingAuthenticationTokenException, 4, " + WHO,
    "kms:GenerateDataKey:error=NotAuthorized, 4, " + WHO,
    "kms:GenerateDataKey:error=SignatureDoesNotMatch:status=403, 4, " + WHO,
    "kms:GenerateDataKey:error=OptInRequired:status=403, 4, " + WHO,
    "kms:Decrypt:error=InvalidCiphertextException, 4, " + IDENTITY,
    "kms:Decrypt:error=IncorrectKeyException, 4, " + IDENTITY,
    "kms:GenerateDataKey:error=ExpiredToken, 4, " + SIGN_IN,
    "kms:Decrypt:error=ExpiredTokenException, 4, " + SIGN_IN,
    "kms:Decrypt:error=InvalidSignatureException, 4, " + CLOCK,
    "kms:Decrypt:error=RequestExpired, 4, " + CLOCK,
    "kms:Decrypt:error=RequestTimeTooSkewed, 4, " + CLOCK,
    "kms:GenerateDataKey:error=ThrottlingException, 1, " + LATER,
    "kms:GenerateDataKey:error=Throttling, 1, " + LATER,
    "kms:Decrypt:error=RequestLimitExceeded, 1, " + LATER,
    "kms:Decrypt:error=LimitExceededException, 1, " + QUOTA,
    "kms:Decrypt:error=NotFoundException, 5, " + SPELLING,
    "kms:GenerateDataKey:error=NotFoundException, 5, " + SPELLING,
    "kms:GenerateDataKey:error=DependencyTimeoutException:status=500, 1, " + NETWORK,
    "kms:GenerateDataKey:error=InternalFailure:status=500, 1, " + NETWORK,
    "kms:GenerateDataKey:error=KeyUnavailableException:status=500, 1, " + NETWORK,
    "kms:Decrypt:error=KMSInternalException:status=500, 1, " + NETWORK,
    "kms:Decrypt:error=RequestTimeout, 1, " + NETWORK,
    "kms:Decrypt:error=ServiceUnavailable:status=503, 1, " + NETWORK,
    "kms:Decrypt:error=ServiceUnavailableException:status=503, 1, " + NETWORK,
    "kms:Decrypt:error=BadGateway:status=502, 1, " + NETWORK,
    "kms:GenerateDataKey:error=InvalidKeyUsageException, 1, " + OWN,
    "kms:GenerateDataKey:error=InvalidArnException, 1, " + OWN,
    "kms:GenerateDataKey:error=ValidationError, 1, " + OWN,
    "kms:GenerateDataKey:error=ValidationException, 1, " + OWN,
    "kms:GenerateDataKey:error=SomethingNew:status=403, 4, " + WHO,
    "kms:GenerateDataKey:error=SomethingNew, 1, " + OWN,
  })
  void errorOfKms(String fault, int exitCode, String hint) {
    Cloud.emulator().faults().add(fault);
    Run run = use(fault);
    assertThat(Cloud.emulator().faults().met(fault)).as("met").isPositive();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error: ")))
        .as(run.stderr())
        .singleElement()
        .asString()
        .contains(key)
        .doesNotContain("bug", "software.amazon");
    assertThat(run.stderr()).contains("amber: hint: ").contains(hint);
    assertThat(run.text()).isEmpty();
    assertThat(directory.resolve("out")).doesNotExist();
    if (!hint.equals(IDENTITY)) {
      IOException example = KmsErrors.example(error(fault), key);
      assertThat(Outcome.of(example).exitCode()).isEqualTo(exitCode);
      assertThat(Hints.of(example).orElse("")).contains(hint);
    }
  }

  @Test
  void everyNamedErrorOfTheTableIsMet() throws NoSuchMethodException {
    List<String> met =
        Stream.of(
                KmsErrorTableTest.class
                    .getDeclaredMethod("errorOfKms", String.class, int.class, String.class)
                    .getAnnotation(CsvSource.class)
                    .value())
            .map(row -> part(row.substring(0, row.indexOf(',')), "error").orElse(""))
            .toList();
    assertThat(
            KmsErrors.table().stream()
                .flatMap(error -> error.sign().codes().stream())
                .filter(code -> !code.contains("*"))
                .filter(code -> !met.contains(code)))
        .isEmpty();
  }
}

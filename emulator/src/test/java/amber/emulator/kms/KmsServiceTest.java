package amber.emulator.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.emulator.Clients;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.TestClock;
import amber.emulator.iam.Policy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;

/** KMS by the SDK's client, and by the aws command where there is one. */
class KmsServiceTest {

  private static final String EAST = "us-east-1";
  private static final Map<String, String> CONTEXT = Map.of("amber:archive", "one");

  @TempDir private static Path directory;

  private static final TestClock CLOCK = new TestClock();
  private static Emulator emulator;
  private static KmsClient east;

  @BeforeAll
  static void start() throws IOException {
    emulator = Emulator.start(directory.resolve("state"), EmulatorOptions.DEFAULT.withClock(CLOCK));
    east = Clients.kms(emulator.endpoint(), EAST);
  }

  @AfterAll
  static void stop() throws IOException {
    east.close();
    emulator.close();
  }

  @AfterEach
  void behave() {
    emulator.access().of(Clients.ACCESS_KEY).allowOnly(Optional.empty());
    emulator.faults().clear();
  }

  private static KeyMetadata key() {
    return east.createKey(c -> c.description("of a test")).keyMetadata();
  }

  private static GenerateDataKeyResponse generate(KmsClient kms, String key) {
    return kms.generateDataKey(
        g -> g.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
  }

  private static DecryptResponse decrypt(KmsClient kms, SdkBytes blob, Map<String, String> of) {
    return kms.decrypt(d -> d.ciphertextBlob(blob).encryptionContext(of));
  }

  private static void assertRefused(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            refusal -> {
              assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(refusal.statusCode()).isEqualTo(400);
            });
  }

  @Test
  void dataKeyIsUnwrappedWithItsContextAndNoOther() {
    String key = key().arn();
    GenerateDataKeyResponse made = generate(east, key);
    assertThat(made.keyId()).isEqualTo(key);
    assertThat(made.plaintext().asByteArray()).hasSize(32);

    DecryptResponse opened = decrypt(east, made.ciphertextBlob(), CONTEXT);
    assertThat(opened.plaintext()).isEqualTo(made.plaintext());
    assertThat(opened.keyId()).isEqualTo(key);
    for (Map<String, String> other :
        List.of(
            Map.<String, String>of(),
            Map.of("amber:archive", "two"),
            Map.of("amber:archive", "one", "more", "than it"))) {
      assertRefused(
          "InvalidCiphertextException", () -> decrypt(east, made.ciphertextBlob(), other));
    }
    byte[] changed = made.ciphertextBlob().asByteArray();
    changed[changed.length - 1] ^= 1;
    assertRefused(
        "InvalidCiphertextException",
        () -> decrypt(east, SdkBytes.fromByteArray(changed), CONTEXT));
    assertRefused(
        "InvalidCiphertextException",
        () -> decrypt(east, SdkBytes.fromUtf8String("nothing"), CONTEXT));
  }

  @Test
  void secretsAreEncryptedAndDecrypted() {
    String key = key().keyId();
    SdkBytes secret = SdkBytes.fromUtf8String("a secret");
    SdkBytes blob = east.encrypt(e -> e.keyId(key).plaintext(secret)).ciphertextBlob();
    assertThat(east.decrypt(d -> d.ciphertextBlob(blob).keyId(key)).plaintext()).isEqualTo(secret);
    String other = key().keyId();
    assertRefused(
        "IncorrectKeyException", () -> east.decrypt(d -> d.ciphertextBlob(blob).keyId(other)));
    assertRefused(
        "ValidationException",
        () -> east.encrypt(e -> e.keyId(key).plaintext(SdkBytes.fromByteArray(new byte[4097]))));
  }

  @Test
  void keyHasSeveralNames() {
    KeyMetadata key = key();
    east.createAlias(c -> c.aliasName("alias/names").targetKeyId(key.keyId()));
    String aliasArn = key.arn().replaceFirst("key/.*", "alias/names");
    for (String name : List.of(key.keyId(), key.arn(), "alias/names", aliasArn)) {
      assertThat(east.describeKey(d -> d.keyId(name)).keyMetadata().arn()).isEqualTo(key.arn());
      assertThat(generate(east, name).keyId()).isEqualTo(key.arn());
    }
    assertRefused(
        "AlreadyExistsException",
        () -> east.createAlias(c -> c.aliasName("alias/names").targetKeyId(key.keyId())));
    assertRefused("NotFoundException", () -> generate(east, "alias/none"));
    assertThat(east.listKeys().keys()).anyMatch(each -> each.keyArn().equals(key.arn()));
  }

  @Test
  void keysLeaveNeitherRegionNorAccountNorPartition() {
    String key = key().arn();
    SdkBytes blob = generate(east, key).ciphertextBlob();
    try (KmsClient west = Clients.kms(emulator.endpoint(), "us-west-2");
        KmsClient gov = Clients.kms(emulator.endpoint(), "us-gov-west-1")) {
      for (KmsClient elsewhere : List.of(west, gov)) {
        assertRefused("NotFoundException", () -> generate(elsewhere, key));
        assertRefused("AccessDeniedException", () -> decrypt(elsewhere, blob, CONTEXT));
      }
      assertThat(gov.createKey().keyMetadata().arn())
          .startsWith("arn:aws-us-gov:kms:us-gov-west-1:222222222222:key/");
    }
    String anothers = key.replace("111111111111", "999999999999");
    assertRefused("AccessDeniedException", () -> generate(east, anothers));
    String none = key.replaceFirst("key/.*", "key/00000000-0000-0000-0000-000000000000");
    assertThatThrownBy(() -> generate(east, none)).hasMessageContaining("does not exist");
  }

  @Test
  void stateDecidesWhatAKeyCanDo() {
    KeyMetadata key = key();
    assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
    SdkBytes blob = generate(east, key.arn()).ciphertextBlob();

    east.disableKey(d -> d.keyId(key.keyId()));
    assertRefused("DisabledException", () -> generate(east, key.arn()));
    assertRefused("DisabledException", () -> decrypt(east, blob, CONTEXT));
    east.enableKey(e -> e.keyId(key.keyId()));
    decrypt(east, blob, CONTEXT);

    east.scheduleKeyDeletion(s -> s.keyId(key.keyId()).pendingWindowInDays(7));
    assertThat(east.describeKey(d -> d.keyId(key.arn())).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_DELETION);
    assertRefused("KMSInvalidStateException", () -> decrypt(east, blob, CONTEXT));
    assertRefused("KMSInvalidStateException", () -> east.enableKey(e -> e.keyId(key.keyId())));
    east.cancelKeyDeletion(c -> c.keyId(key.keyId()));
    assertRefused("DisabledException", () -> decrypt(east, blob, CONTEXT));
    east.enableKey(e -> e.keyId(key.keyId()));
    decrypt(east, blob, CONTEXT);

    east.scheduleKeyDeletion(s -> s.keyId(key.keyId()).pendingWindowInDays(7));
    CLOCK.advance(Duration.ofDays(8));
    assertRefused("NotFoundException", () -> east.describeKey(d -> d.keyId(key.arn())));
    assertRefused("AccessDeniedException", () -> decrypt(east, blob, CONTEXT));
  }

  @Test
  void keyForOtherUsesWrapsNothing() {
    String key =
        east.createKey(c -> c.keyUsage("GENERATE_VERIFY_MAC").keySpec("HMAC_256"))
            .keyMetadata()
            .arn();
    assertRefused("InvalidKeyUsageException", () -> generate(east, key));
    assertRefused(
        "UnsupportedOperationException", () -> east.createKey(c -> c.keySpec("RSA_2048")));
  }

  @Test
  void whatIsTriedOutSaysWhetherItWouldSucceed() {
    String key = key().arn();
    assertRefused(
        "DryRunOperationException",
        () -> east.generateDataKey(g -> g.keyId(key).keySpec("AES_256").dryRun(true)));
    east.disableKey(d -> d.keyId(key));
    assertRefused(
        "DisabledException",
        () -> east.generateDataKey(g -> g.keyId(key).keySpec("AES_256").dryRun(true)));
  }

  @Test
  void requestsAreChecked() {
    String key = key().arn();
    assertRefused("ValidationException", () -> east.generateDataKey(g -> g.keyId(key)));
    assertRefused(
        "ValidationException",
        () -> east.generateDataKey(g -> g.keyId(key).keySpec("AES_256").numberOfBytes(3)));
    assertThat(east.generateDataKey(g -> g.keyId(key).numberOfBytes(3)).plaintext().asByteArray())
        .hasSize(3);
    assertRefused("ValidationException", () -> east.generateDataKey(g -> g.keySpec("AES_256")));
    assertRefused("NotFoundException", () -> generate(east, "arn:nonsense"));
  }

  @Test
  void unknownOperationsAndUnsignedRequestsAreRefusedInJson() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(emulator.endpoint())
            .header("X-Amz-Target", "TrentService.Fly")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    HttpResponse<String> unsigned =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(unsigned.statusCode()).isEqualTo(400);
    assertThat(unsigned.body()).contains("MissingAuthenticationTokenException");
    request.header(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/kms/aws4_request, SignedHeaders=host,"
            + " Signature=00");
    HttpResponse<String> unknown = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(unknown.body()).contains("\"__type\":\"UnknownOperationException\"");
  }

  @Test
  void policyKnowsKeyAndContext() throws IOException {
    KeyMetadata key = key();
    String other = key().arn();
    emulator
        .access()
        .of(Clients.ACCESS_KEY)
        .allowOnly(
            Optional.of(
                Policy.read(
                    """
                    {"Version": "2012-10-17", "Statement": [{
                      "Sid": "One", "Effect": "Allow",
                      "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": ["%s"],
                      "Condition": {"Null": {"kms:EncryptionContext:amber:archive": "false"}}}]}
                    """
                        .formatted(key.arn()))));
    GenerateDataKeyResponse made = generate(east, key.keyId());
    decrypt(east, made.ciphertextBlob(), CONTEXT);
    assertRefused("AccessDeniedException", () -> generate(east, other));
    assertRefused(
        "AccessDeniedException",
        () -> east.generateDataKey(g -> g.keyId(key.arn()).keySpec("AES_256")));
    assertThatThrownBy(() -> east.describeKey(d -> d.keyId(key.arn())))
        .hasMessageContaining("kms:DescribeKey");
  }

  @Test
  void faultsOfKmsAreScriptedLikeOthers() {
    String key = key().arn();
    emulator.faults().add("kms:GenerateDataKey:first=1:throttle");
    assertRefused("ThrottlingException", () -> generate(east, key));
    generate(east, key);
  }

  @Test
  void keysSurviveARestart() throws IOException {
    Path other = directory.resolve("other");
    String key;
    SdkBytes blob;
    try (Emulator first = Emulator.start(other, EmulatorOptions.DEFAULT);
        KmsClient kms = Clients.kms(first.endpoint(), EAST)) {
      key = kms.createKey().keyMetadata().arn();
      blob = generate(kms, key).ciphertextBlob();
    }
    try (Emulator second = Emulator.start(other, EmulatorOptions.DEFAULT);
        KmsClient kms = Clients.kms(second.endpoint(), EAST)) {
      assertThat(decrypt(kms, blob, CONTEXT).keyId()).isEqualTo(key);
    }
  }

  @Test
  void awsCommandMakesAndUsesKeys() throws Exception {
    assumeTrue(runs("aws", "--version"), "aws --version does not run here");
    String key = aws("create-key", "--query", "KeyMetadata.Arn", "--output", "text").strip();
    String context = "amber:archive=one";
    String[] made =
        aws(
                "generate-data-key",
                "--key-id",
                key,
                "--key-spec",
                "AES_256",
                "--encryption-context",
                context,
                "--query",
                "[Plaintext,CiphertextBlob]",
                "--output",
                "text")
            .strip()
            .split("\\s+", -1);
    Path blob = directory.resolve("blob");
    Files.write(blob, Base64.getDecoder().decode(made[1]));
    String opened =
        aws(
            "decrypt",
            "--ciphertext-blob",
            "fileb://" + blob,
            "--encryption-context",
            context,
            "--query",
            "Plaintext",
            "--output",
            "text");
    assertThat(opened.strip()).isEqualTo(made[0]);
    assertThat(aws("describe-key", "--key-id", key)).contains("\"KeyState\": \"Enabled\"");
    Outcome refused = run(List.of("aws", "kms", "decrypt", "--ciphertext-blob", "fileb://" + blob));
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.text()).contains("InvalidCiphertextException");
  }

  private static String aws(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("aws", "kms"));
    command.addAll(List.of(arguments));
    Outcome outcome = run(command);
    assertThat(outcome.exitCode()).as("%s: %s", command, outcome.text()).isZero();
    return outcome.text();
  }

  private record Outcome(int exitCode, String text) {}

  private static boolean runs(String... command) throws Exception {
    try {
      return run(List.of(command)).exitCode() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Outcome run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    URI endpoint = emulator.endpoint();
    environment.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local",
            "AWS_DEFAULT_REGION", EAST,
            "AWS_ENDPOINT_URL", endpoint.toString(),
            "AWS_CONFIG_FILE", directory.resolve("none").toString(),
            "AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString(),
            "AWS_EC2_METADATA_DISABLED", "true",
            "AWS_PAGER", "",
            "NO_PROXY", "127.0.0.1"));
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command + ": runs longer than 60 s");
    }
    return new Outcome(process.exitValue(), text);
  }
}

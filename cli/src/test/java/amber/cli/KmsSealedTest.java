package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.BlockDigest;
import amber.emulator.iam.Access;
import amber.emulator.iam.Policy;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;

/** Archives that keys of AWS KMS open. */
@ExtendWith(Cloud.class)
class KmsSealedTest {

  private static String key;
  private static String ofGov;

  @TempDir private Path directory;

  private Path disk;

  @BeforeAll
  static void makeKeys() {
    key = newKey(Cloud.EAST);
    ofGov = newKey(Cloud.GOV);
  }

  private static String newKey(String region) {
    try (KmsClient kms = Cloud.kms(region)) {
      return kms.createKey().keyMetadata().arn();
    }
  }

  @BeforeEach
  void files() throws IOException {
    disk = TestDisk.small(directory.resolve("disk.img"));
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
    access().allowOnly(Optional.empty());
  }

  private Path packed(String name, Object... more) {
    Path archive = directory.resolve(name);
    List<Object> all = new ArrayList<>(List.of("pack", "--no-sync", disk, archive));
    all.addAll(Arrays.asList(more));
    Cloud.succeed(all.toArray());
    return archive;
  }

  private static Run refused(int exitCode, Object... arguments) {
    Run run = Cloud.amber(arguments);
    assertThat(run.exitCode())
        .as("%s: %s", Arrays.asList(arguments), run.stderr())
        .isEqualTo(exitCode);
    return run;
  }

  private void assertRestored(Path restored) throws IOException {
    assertThat(Files.mismatch(restored.resolve("volume-00.raw"), disk)).isEqualTo(-1);
  }

  @Test
  void whoeverMayUseTheKeyOpensIt() throws IOException {
    Path archive = directory.resolve("sealed.bin");
    Run packed = Cloud.succeed("pack", disk, archive, "--recipient-kms", key, "--output", "json");
    assertThat(packed.json().get("encryptedTo"))
        .isEqualTo(List.of(Map.of("kind", "kms", "arn", key)));
    // One to try it out, one to make the archive's key.
    assertThat(packed.json().get("requests").toString()).contains("kms=2");

    Path restored = directory.resolve("restored");
    Cloud.succeed("unpack", archive, restored, "--identity-kms");
    assertRestored(restored);
    Cloud.succeed("verify", archive, "--identity-kms");
    Cloud.succeed("verify", "--scan", archive, "--identity-kms");
    Path salvaged = directory.resolve("salvaged");
    Cloud.succeed("unpack", "--salvage", archive, salvaged, "--identity-kms");
    assertThat(Cloud.succeed("inspect", archive, "--identity-kms").text())
        .contains("encrypted to  KMS key " + key, "volume-00.raw");
    assertThat(Cloud.succeed("inspect", archive).text())
        .contains("encrypted to  KMS key " + key)
        .doesNotContain("volume-00.raw");
  }

  /** The region of the key, and not that of the command, says where it is asked for. */
  @Test
  void keyOfAnotherRegionOrByItsAliasIsFound() throws IOException {
    String west = newKey(Cloud.WEST);
    String alias = "alias/" + Cloud.newName("archives");
    try (KmsClient kms = Cloud.kms(Cloud.WEST)) {
      kms.createAlias(c -> c.aliasName(alias).targetKeyId(west));
    }
    Path archive = packed("west.bin", "--recipient-kms", west.replaceFirst("key/.*", alias));

    assertThat(Cloud.succeed("recipients", "list", archive).text()).contains("KMS key " + west);
    Cloud.succeed("verify", archive, "--identity-kms");
  }

  @Test
  void eachSideOpensItWithTheKeyOfItsOwnPartition() throws IOException {
    Path archive = directory.resolve("both.bin");
    Cloud.succeed(
        "pack",
        disk,
        archive,
        "--recipient-kms",
        key,
        "--recipient-kms",
        ofGov,
        "--from-region",
        Cloud.EAST,
        "--to-region",
        Cloud.GOV);

    for (String region : List.of(Cloud.EAST, Cloud.GOV)) {
      Cloud.succeed("verify", archive, "--identity-kms", "--region", region);
    }
    Cloud.succeed(
        "unpack", archive, directory.resolve("r"), "--identity-kms", "--to-region", Cloud.GOV);
    Path govOnly = directory.resolve("gov.bin");
    Run usage = refused(2, "pack", disk, govOnly, "--recipient-kms", ofGov);
    assertThat(usage.stderr())
        .contains(ofGov + ": is a key of partition aws-us-gov, in which no side", "--to-profile");
    Cloud.succeed("pack", disk, govOnly, "--recipient-kms", ofGov, "--to-region", Cloud.GOV);
    Run none = refused(4, "verify", govOnly, "--identity-kms");
    assertThat(none.stderr())
        .contains("is encrypted to KMS key " + ofGov + ", is not opened by KMS");
  }

  @Test
  void whatCannotBeUsedMakesNothingAndSaysWhy() throws IOException {
    Path archive = packed("sealed.bin", "--recipient-kms", key);
    Path other = directory.resolve("other.bin");
    Path restored = directory.resolve("restored");

    Cloud.emulator().faults().add("kms:*:deny");
    assertThat(refused(4, "pack", disk, other, "--recipient-kms", key).stderr())
        .contains("error: " + key + ": kms:GenerateDataKey: ", "AccessDeniedException", "hint: ");
    assertThat(refused(4, "unpack", archive, restored, "--identity-kms").stderr())
        .contains("error: " + key + ": kms:Decrypt: ", "AccessDeniedException");
    Cloud.emulator().faults().clear();

    String gone = key.replaceFirst("key/.*", "key/00000000-0000-0000-0000-000000000000");
    assertThat(refused(5, "pack", disk, other, "--recipient-kms", gone).stderr())
        .contains("error: " + gone + ": kms:GenerateDataKey: ", "does not exist", "describe-key");
    assertThat(refused(2, "pack", disk, other, "--recipient-kms", "alias/x").stderr())
        .contains("--recipient-kms", "is 'alias/x', should be the ARN of a KMS key");

    String disabled = newKey(Cloud.EAST);
    Path locked = packed("locked.bin", "--recipient-kms", disabled);
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      kms.disableKey(d -> d.keyId(disabled));
      assertThat(refused(4, "unpack", locked, restored, "--identity-kms").stderr())
          .contains(disabled + ": kms:Decrypt: ", "is disabled", "(DisabledException");
      kms.scheduleKeyDeletion(s -> s.keyId(disabled).pendingWindowInDays(7));
      assertThat(refused(4, "pack", disk, other, "--recipient-kms", disabled).stderr())
          .contains("is pending deletion");
    }
    assertThat(other).doesNotExist();
    assertThat(restored).doesNotExist();
  }

  @Test
  void archiveOfOthersIsNotOpenedAndSaysWhose() throws IOException {
    Path passphrase = Files.writeString(directory.resolve("pass.txt"), "correct horse\n");
    Path archive = packed("pass.bin", "--recipient-passphrase-file", passphrase);
    assertThat(refused(4, "verify", archive, "--identity-kms").stderr())
        .contains("is encrypted to a passphrase, is not opened by KMS");
    Path plain = packed("plain.bin");
    assertThat(refused(4, "verify", plain, "--identity-kms").stderr())
        .contains("is not encrypted, should be");
    assertThat(refused(2, "pack", disk, directory.resolve("x.bin"), "--identity-kms").stderr())
        .contains("--identity-kms: is for archives that are encrypted");
  }

  /** The archive's UUID is bound to its key, so that no other envelope gets it unwrapped. */
  @Test
  void keyOfAnotherArchiveIsNotUnwrapped() throws IOException {
    Path archive = packed("sealed.bin", "--recipient-kms", key);
    Path other = packed("other.bin", "--recipient-kms", key);
    byte[] bytes = Files.readAllBytes(archive);
    byte[] others = Files.readAllBytes(other);
    int envelope = 8 + littleEndian(bytes, 4);
    assertThat(8 + littleEndian(others, 4)).isEqualTo(envelope);
    // The CMS of the other, with this one's UUID and commitment, and digests that agree.
    System.arraycopy(others, 72, bytes, 72, envelope - 72);
    Path spliced = Files.write(directory.resolve("spliced.bin"), rehashed(bytes, envelope));
    assertThat(refused(4, "verify", spliced, "--identity-kms").stderr())
        .contains("is encrypted to KMS key " + key + ", is not opened by KMS");
  }

  private static int littleEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static byte[] rehashed(byte[] bytes, int envelope) {
    int locator = bytes.length - 256;
    System.arraycopy(sha256(bytes, 0, envelope), 0, bytes, locator + 72, 32);
    System.arraycopy(sha256(bytes, locator + 8, locator + 224), 0, bytes, locator + 224, 32);
    return bytes;
  }

  private static byte[] sha256(byte[] bytes, int from, int to) {
    return BlockDigest.newSha256().digest(Arrays.copyOfRange(bytes, from, to));
  }

  @Test
  void dryRunTriesTheKeyAndReckonsWithWhatSealingTakes() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    String object = "s3://%s/%s.bin".formatted(bucket, Cloud.newName("dry"));
    Run plain = Cloud.succeed("pack", disk, object, "--dry-run", "--output", "json");
    Run sealed =
        Cloud.succeed(
            "pack", disk, object, "--dry-run", "--output", "json", "--recipient-kms", key);
    assertThat(bytes(sealed)).isGreaterThan(bytes(plain) + 1_000);
    assertThat(sealed.json().get("encryptedTo"))
        .isEqualTo(List.of(Map.of("kind", "kms", "arn", key)));
    assertThat(sealed.text()).contains("may make the archive's key");
    assertThat(sealed.json().get("requests").toString()).contains("kms=1");
    Cloud.emulator().faults().add("kms:*:deny");
    assertThat(refused(4, "pack", disk, object, "--dry-run", "--recipient-kms", key).stderr())
        .contains(key + ": kms:GenerateDataKey: ");
  }

  private static long bytes(Run dryRun) throws IOException {
    Map<?, ?> bill = (Map<?, ?>) dryRun.json().get("bill");
    return ((List<?>) bill.get("items"))
        .stream()
            .map(Map.class::cast)
            .filter(item -> "S3 storage".equals(item.get("name")))
            .mapToLong(item -> ((Number) item.get("bytes")).longValue())
            .findFirst()
            .orElseThrow();
  }

  @Test
  void keysAreAddedAndRemoved() throws IOException {
    Path passphrase = Files.writeString(directory.resolve("pass.txt"), "correct horse\n");
    Path archive = packed("pass.bin", "--recipient-passphrase-file", passphrase);
    Path both = directory.resolve("both.bin");
    Cloud.succeed(
        "recipients",
        "add",
        archive,
        both,
        "--recipient-kms",
        key,
        "--passphrase-file",
        passphrase);
    List<String> listed = Cloud.succeed("recipients", "list", both).text().lines().toList();
    int number = listed.get(0).contains("passphrase") ? 1 : 2;
    Path one = directory.resolve("one.bin");
    Cloud.succeed("recipients", "remove", both, one, "--number", number, "--identity-kms");

    Cloud.succeed("verify", one, "--identity-kms");
    refused(4, "verify", one, "--passphrase-file", passphrase);
  }

  @Test
  void policiesAllowWhatTheirJobTakesAndNoMore() throws IOException {
    Path archive = packed("sealed.bin", "--recipient-kms", key);
    allow("pack-disk", "archive");
    access().forget();
    Cloud.succeed("pack", disk, directory.resolve("allowed.bin"), "--recipient-kms", key);
    assertThat(kmsActions()).containsExactly("kms:GenerateDataKey");
    assertThat(refused(4, "verify", archive, "--identity-kms").stderr())
        .contains("not authorized to perform: kms:Decrypt");
    allow("verify", "archive");
    access().forget();
    Cloud.succeed("verify", archive, "--identity-kms");
    assertThat(kmsActions()).containsExactly("kms:Decrypt");
    Path never = directory.resolve("never.bin");
    assertThat(refused(4, "pack", disk, never, "--recipient-kms", key).stderr())
        .contains("not authorized to perform: kms:GenerateDataKey");
    Run unused =
        Run.of("iam-policy", "--for", "copy-to", "--bucket", "b-1", "--kms-recipient", key);
    assertThat(unused.exitCode()).isEqualTo(2);
    assertThat(unused.stderr()).contains("neither encrypts nor opens archives");
  }

  @Test
  void imageIsRetiredByWhoMayNotOpenItsArchive() throws IOException {
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1), Map.of(), Optional.empty());
    String image = Cloud.image(Cloud.EAST, Cloud.newName("retired"), snapshot);
    String bucket = Cloud.bucket(Cloud.EAST);
    String archive = "s3://%s/%s.bin".formatted(bucket, image);
    allow("retire", bucket);
    access().forget();
    String then = "--then=deregister-with-snapshots";
    Cloud.succeed("retire", image, "s3://" + bucket + "/", then, "--recipient-kms", key);

    assertThat(kmsActions()).containsExactly("kms:GenerateDataKey");
    assertThat(Cloud.region(Cloud.EAST).images().find(image)).isEmpty();
    assertThat(refused(4, "verify", archive, "--identity-kms").stderr())
        .contains("not authorized to perform: kms:Decrypt");
    allow("verify", bucket);
    Cloud.succeed("verify", archive, "--identity-kms");
  }

  private static Access.Identity access() {
    return Cloud.emulator().access().of(Cloud.ACCESS_KEY);
  }

  private static List<String> kmsActions() {
    SortedSet<String> used = access().used();
    return used.stream().filter(action -> action.startsWith("kms:")).toList();
  }

  private static void allow(String job, String bucket) throws IOException {
    Run run = Run.of("iam-policy", "--for", job, "--bucket", bucket, "--kms-recipient", key);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    Policy policy = Policy.read(new String(run.stdout(), StandardCharsets.UTF_8));
    access().allowOnly(Optional.of(policy));
  }

  @Test
  void whatPassesIsAskedAgain() {
    Cloud.emulator()
        .faults()
        .add("kms:GenerateDataKey:first=2:error=KMSInternalException:status=500");
    packed("again.bin", "--recipient-kms", key);
    assertThat(Cloud.emulator().faults().calls("kms", "GenerateDataKey")).isPositive();
  }

  @Test
  void expiredCertificateIsWarnedOfAndEncryptedTo() throws IOException {
    Authority root = Authority.root("recipients");
    Authority expired =
        root.issue(
            "expired",
            Authority.keyPair("P-256"),
            new Authority.Says(
                Authority.FROM, Authority.FROM.plusSeconds(60), KeyUsage.keyAgreement, null));
    Path certificate = KeyFiles.bundle(directory.resolve("expired.pem"), expired.certificate());
    Path archive = directory.resolve("expired.bin");

    Run run = Run.of("pack", disk, archive, "--recipient", certificate);

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr())
        .contains("amber: warning: " + certificate + ": the certificate has expired at");
    assertThat(run.text()).contains("encrypted to certificate ");
    Path identity = Files.writeString(directory.resolve("expired.key"), KeyFiles.key(expired));
    assertThat(Run.of("verify", archive, "--identity", identity).exitCode()).isZero();
  }
}

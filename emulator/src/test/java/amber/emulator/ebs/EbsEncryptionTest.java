package amber.emulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;

class EbsEncryptionTest extends EbsTestCase {

  @BeforeEach
  void start() throws IOException {
    start(RULES);
  }

  // The table of StartSnapshot: "-" for left out, then what comes of it with and without encryption
  // by default.
  @ParameterizedTest
  @CsvSource({
    "none,        -,     -,     default, none",
    "none,        -,     given, given,   given",
    "none,        true,  -,     default, default",
    "none,        true,  given, given,   given",
    "none,        false, -,     refused, none",
    "none,        false, given, refused, refused",
    "unencrypted, -,     -,     refused, none",
    "unencrypted, -,     given, refused, refused",
    "unencrypted, true,  -,     refused, refused",
    "unencrypted, false, given, refused, refused",
    "encrypted,   -,     -,     parent,  parent",
    "encrypted,   -,     given, refused, refused",
    "encrypted,   true,  -,     refused, refused",
    "encrypted,   false, -,     refused, refused"
  })
  void keyOfANewSnapshot(
      String parent, String encrypted, String key, String withDefault, String without)
      throws IOException {
    String parentKey = emulator.region(REGION).kmsKeyArn("parent");
    StartSnapshotRequest.Builder request = StartSnapshotRequest.builder().volumeSize(1L);
    if (!parent.equals("none")) {
      String id =
          parent.equals("encrypted")
              ? ebs.startSnapshot(r -> r.volumeSize(1L).kmsKeyArn(parentKey)).snapshotId()
              : started();
      ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(0));
      request.parentSnapshotId(id);
    }
    if (!encrypted.equals("-")) {
      request.encrypted(Boolean.valueOf(encrypted));
    }
    if (key.equals("given")) {
      request.kmsKeyArn(emulator.region(REGION).kmsKeyArn("given"));
    }
    check(request.build(), without);
    emulator.region(REGION).updateSettings(old -> old.withEncryptionByDefault(true));
    check(request.build(), withDefault);
  }

  private void check(StartSnapshotRequest request, String outcome) throws IOException {
    if (outcome.equals("refused")) {
      assertRefused(() -> ebs.startSnapshot(request), "INVALID_PARAMETER_VALUE");
      return;
    }
    String arn = ebs.startSnapshot(request).kmsKeyArn();
    switch (outcome) {
      case "none" -> assertThat(arn).isNull();
      case "default" -> assertThat(arn).isEqualTo(emulator.region(REGION).defaultKmsKeyArn());
      default -> assertThat(arn).isEqualTo(emulator.region(REGION).kmsKeyArn(outcome));
    }
  }

  @Test
  void keyOfAnotherPartitionOrRegionIsRefused() throws Exception {
    String gov = emulator.region("us-gov-west-1").kmsKeyArn("a");
    String west = emulator.region("us-west-2").kmsKeyArn("a");
    assertThat(gov).startsWith("arn:aws-us-gov:kms:us-gov-west-1:222222222222:key/");
    for (String arn : new String[] {gov, west, "alias/aws/ebs"}) {
      assertRefused(
          () -> ebs.startSnapshot(r -> r.volumeSize(1L).kmsKeyArn(arn)), "INVALID_CUSTOMER_KEY");
    }
  }

  @Test
  void accountMayHaveADefaultKeyOfItsOwn() throws Exception {
    String own = emulator.region(REGION).kmsKeyArn("own");
    emulator.region(REGION).updateSettings(old -> old.withDefaultKmsKeyArn(Optional.of(own)));
    assertThat(ebs.startSnapshot(r -> r.volumeSize(1L).encrypted(true)).kmsKeyArn()).isEqualTo(own);
  }
}

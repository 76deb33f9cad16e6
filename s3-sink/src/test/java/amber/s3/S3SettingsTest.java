package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.image.Image;
import amber.image.Volume;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", " a  b ", "100%", "%41", "café 日本 🚀", "a\tb\nc", "="})
  void metadataIsVisibleAsciiAndComesBack(String text) {
    String encoded = S3Metadata.encode(text);
    assertThat(encoded.chars()).allMatch(c -> c >= ' ' && c < 0x7F);
    assertThat(encoded).doesNotContain("  ").isEqualTo(encoded.strip());
    assertThat(S3Metadata.decode(encoded)).isEqualTo(text);
  }

  @Test
  void metadataOfOthersIsLeftAlone() {
    assertThat(S3Metadata.decode("50% of 100%")).isEqualTo("50% of 100%");
  }

  @Test
  void longDescriptionIsCutAndTheRestIsNot() {
    Map<String, String> image =
        Map.of(
            S3Metadata.AMI_NAME,
            "n".repeat(128),
            S3Metadata.AMI_OWNER_ACCOUNT,
            "123456789012",
            S3Metadata.AMI_REGISTRATION_DATE,
            "2026-01-02T03:04:05.000Z",
            S3Metadata.AMI_DESCRIPTION,
            "🚀".repeat(255));
    Map<String, String> values =
        S3Metadata.ofImage(image, "1", Optional.empty(), Instant.EPOCH).values();
    assertThat(values).containsEntry(S3Metadata.AMI_NAME, "n".repeat(128));
    assertThat(values.get(S3Metadata.AMI_DESCRIPTION)).matches("(🚀)+").hasSizeLessThan(510);
  }

  @Test
  void metadataIsFilledFromTheImage() {
    Map<String, Object> attributes =
        Map.of(
            "name", "web 42",
            "description", "café",
            "createdAt", "2026-01-02T03:04:05.000Z",
            "ec2", Map.of("ownerId", "123456789012", "region", "us-east-1"));
    Image image = new Image(attributes, List.of(new Volume(0, 512, Optional.empty())));
    assertThat(S3Metadata.ofImage(image, "1", Optional.of(new UUID(1, 2)), Instant.EPOCH).values())
        .containsOnly(
            Map.entry(S3Metadata.AMI_NAME, "web 42"),
            Map.entry(S3Metadata.AMI_DESCRIPTION, "café"),
            Map.entry(S3Metadata.AMI_REGISTRATION_DATE, "2026-01-02T03:04:05Z"),
            Map.entry(S3Metadata.AMI_OWNER_ACCOUNT, "123456789012"),
            Map.entry(S3Metadata.AMI_STORE_DATE, "1970-01-01T00:00:00Z"),
            Map.entry(S3Metadata.FORMAT_VERSION, "1"),
            Map.entry(S3Metadata.ARCHIVE_UUID, "00000000-0000-0001-0000-000000000002"));
  }

  @Test
  void imageOfAStrangerFitsWhateverItIsCalled() {
    Map<String, Object> attributes =
        Map.of(
            "name", "日".repeat(100_000),
            "description", " ".repeat(5_000),
            "ec2", Map.of("ownerId", "not an account"));
    Image image = new Image(attributes, List.of(new Volume(0, 512, Optional.empty())));
    Map<String, String> values =
        S3Metadata.ofImage(image, "1", Optional.empty(), Instant.EPOCH).values();
    assertThat(values.get(S3Metadata.AMI_NAME)).matches("日+").hasSizeGreaterThan(150);
    assertThat(values).doesNotContainKey(S3Metadata.AMI_OWNER_ACCOUNT);
    Image bare = new Image(Map.of(), List.of(new Volume(0, 512, Optional.empty())));
    assertThat(S3Metadata.ofImage(bare, "1", Optional.empty(), Instant.EPOCH).values())
        .containsOnlyKeys(S3Metadata.AMI_STORE_DATE, S3Metadata.FORMAT_VERSION);
  }

  @Test
  void metadataBeyondTwoKilobytesIsRefused() {
    assertThatThrownBy(() -> new S3Metadata(Map.of("a", "é".repeat(400))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2401 bytes");
  }

  @Test
  void atMostTenTagsAreTaken() {
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 11; i++) {
      tags.put("k" + i, "v");
    }
    assertThatThrownBy(() -> withTags(tags)).hasMessageContaining("11 object tags");
    tags.remove("k0");
    assertThat(withTags(tags).tags()).hasSize(10);
    assertThatThrownBy(() -> withTags(Map.of("aws:x", "v"))).hasMessageContaining("aws:x");
  }

  private static S3Settings withTags(Map<String, String> tags) {
    S3Settings d = S3Settings.DEFAULT;
    return new S3Settings(
        false, d.storageClass(), d.encryption(), d.lock(), d.metadata(), tags, d.transfer());
  }

  @Test
  void settingsThatContradictThemselvesAreRefused() {
    assertThatThrownBy(() -> new S3Encryption(S3Encryption.Mode.S3, Optional.of("key"), false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new S3Encryption(S3Encryption.Mode.S3, Optional.empty(), true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new S3Access(Optional.of("123"), false))
        .hasMessageContaining("12 digits");
    assertThatThrownBy(
            () -> S3Transfer.DEFAULT.withChecksum(Optional.of(S3Checksum.Algorithm.CRC32)))
        .hasMessage("checksum CRC32, should be CRC32C or CRC64NVME");
    assertThatThrownBy(() -> new S3Transfer(0, 1, 5 << 20, true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

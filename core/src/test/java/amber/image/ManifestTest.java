package amber.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

  private static final String VOLUMES = "\"volumes\": [{\"sizeBytes\": 512}]";

  private static Image read(String json) throws InvalidImageException, UnsupportedImageException {
    return Manifest.read(json.getBytes(UTF_8), "somewhere");
  }

  @Test
  void imageComesBackAndIsWrittenTheSameAgain() throws Exception {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("id", "ami-1");
    attributes.put("name", "sömething \"quoted\"\n");
    attributes.put("createdAt", "2026-01-02T03:04:05.678Z");
    attributes.put("tags", Map.of("Owner", "me"));
    attributes.put("unknown", List.of(1, 2.5, true, Map.of("a", "b")));
    Image image =
        new Image(
            attributes,
            List.of(
                new Volume(0, 512, Optional.of("/dev/xvda")),
                new Volume(1, Volume.MAX_BYTES, Optional.empty())));
    byte[] written = Manifest.write(image);
    Image read = Manifest.read(written, "somewhere");
    assertThat(read).isEqualTo(image);
    assertThat(Manifest.write(read)).isEqualTo(written);
    assertThat(read.id()).hasValue("ami-1");
    assertThat(read.tags()).containsExactly(Map.entry("Owner", "me"));
    assertThat(read.createdAt()).hasValueSatisfying(time -> assertThat(time).isNotNull());
    assertThat(read.volumes().get(0)).hasToString("volume 0 (/dev/xvda)");
    assertThat(read.volumes().get(1)).hasToString("volume 1");
  }

  @Test
  void smallestManifestIsEnough() throws Exception {
    Image image = read("{\"schema\": 1, " + VOLUMES + "}");
    assertThat(image.name()).isEmpty();
    assertThat(image.volumes()).containsExactly(new Volume(0, 512, Optional.empty()));
  }

  @Test
  void whatIsNullIsNotThere() throws Exception {
    String image = "\"image\": {\"tags\": null, \"name\": null, \"createdAt\": null}, ";
    Image read = read("{\"schema\": 1, " + image + VOLUMES + "}");
    assertThat(read.tags()).isEmpty();
    assertThat(read.name()).isEmpty();
    assertThat(read.createdAt()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "1",
        "{",
        "{} {}",
        "{}",
        "{\"schema\": 1}",
        "{\"schema\": \"1\", \"volumes\": [{\"sizeBytes\": 512}]}",
        "{\"schema\": 1, \"schema\": 1, \"volumes\": [{\"sizeBytes\": 512}]}",
        "{\"schema\": 1, \"volumes\": []}",
        "{\"schema\": 1, \"volumes\": {}}",
        "{\"schema\": 1, \"volumes\": [1]}",
        "{\"schema\": 1, \"volumes\": [{}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 513}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 0}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": -512}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 512.0}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 70368744178176}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 99999999999999999999}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 512, \"file\": \"../volume-00.raw\"}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 512, \"file\": 1}]}",
        "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 512, \"device\": []}]}",
        "{\"schema\": 1, \"image\": [], \"volumes\": [{\"sizeBytes\": 512}]}",
        "{\"schema\": 1, \"image\": {\"name\": 1}, \"volumes\": [{\"sizeBytes\": 512}]}",
        "{\"schema\": 1, \"image\": {\"tags\": {\"a\": 1}}, \"volumes\": [{\"sizeBytes\": 512}]}",
        "{\"schema\": 1, \"image\": {\"tags\": null}, \"critical\": 1}",
        "{\"schema\": 1, \"image\": {\"createdAt\": \"now\"}, \"volumes\": [{\"sizeBytes\": 512}]}"
      })
  void whatIsNoManifestIsRefusedAndThePlaceNamed(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageStartingWith("somewhere: ");
  }

  @Test
  void newerManifestsAreUnsupported() {
    assertThatThrownBy(() -> read("{\"schema\": 2, " + VOLUMES + "}"))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("schema is 2");
    assertThatThrownBy(() -> read("{\"schema\": 1, \"critical\": [\"a\"], " + VOLUMES + "}"))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void otherEncodingsAreRefused() {
    String json = "{\"schema\": 1, " + VOLUMES + "}";
    assertThatThrownBy(() -> Manifest.read(json.getBytes(UTF_16), "somewhere"))
        .isInstanceOf(InvalidImageException.class);
    byte[] broken =
        json.replace("\"sizeBytes\"", "\"x\": \"\u00e4\", \"sizeBytes\"").getBytes(ISO_8859_1);
    assertThatThrownBy(() -> Manifest.read(broken, "somewhere"))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void anImageHasAtMost128Volumes() throws Exception {
    String volume = "{\"sizeBytes\": 512}";
    String most = volume + ("," + volume).repeat(127);
    assertThat(read("{\"schema\": 1, \"volumes\": [" + most + "]}").volumes()).hasSize(128);
    assertThatThrownBy(() -> read("{\"schema\": 1, \"volumes\": [" + most + "," + volume + "]}"))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("129 items");
  }

  @Test
  void longValuesAreCutInMessages() {
    assertThatThrownBy(
            () ->
                read(
                    "{\"schema\": 1, \"volumes\": [{\"sizeBytes\": 512, \"file\": \"%s\"}]}"
                        .formatted("x".repeat(1000))))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
  }
}

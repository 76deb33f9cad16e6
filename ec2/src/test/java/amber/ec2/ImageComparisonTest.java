package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each attribute that EC2 may show otherwise than it was asked for. */
class ImageComparisonTest {

  private static final String ROOT = "snap-00000000000000001";
  private static final String DATA = "snap-00000000000000002";
  private static final SortedMap<Integer, String> IDS = new TreeMap<>(Map.of(0, ROOT, 1, DATA));

  private static Map<String, Object> device(String device, int volume) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("device", device);
    fields.put("volume", volume);
    fields.put("sizeGiB", 8);
    fields.put("volumeType", "gp3");
    fields.put("iops", 3000);
    fields.put("throughputMiB", 125);
    fields.put("deleteOnTermination", true);
    fields.put("encrypted", false);
    return fields;
  }

  /** As EC2 shows it, or as an archive has it: but for the ids, there should be no difference. */
  private static Map<String, Object> ami(String root, String data) {
    Map<String, Object> ec2 = new LinkedHashMap<>();
    for (String name :
        List.of(
            "platformDetails",
            "usageOperation",
            "platform",
            "virtualizationType",
            "rootDeviceName",
            "rootDeviceType",
            "sriovNetSupport",
            "tpmSupport",
            "imdsSupport",
            "kernelId",
            "ramdiskId",
            "uefiData")) {
      ec2.put(name, "as it was");
    }
    ec2.put("enaSupport", true);
    ec2.put("productCodes", List.of(Map.of("id", "abc")));
    ec2.put("devices", List.of(device("/dev/xvda", 0), device("/dev/sdf", 1)));
    ec2.put("snapshots", List.of(Map.of("id", root), Map.of("id", data)));
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("description", "as it was");
    attributes.put("architecture", "as it was");
    attributes.put("bootMode", "as it was");
    attributes.put("tags", Map.of("a", "as it was"));
    attributes.put("ec2", ec2);
    return attributes;
  }

  private static Image image(Map<String, Object> attributes) {
    return new Image(
        attributes,
        List.of(
            new Volume(0, 8L << 30, Optional.of("/dev/xvda")),
            new Volume(1, 8L << 30, Optional.of("/dev/sdf"))));
  }

  private static Image packed() {
    return image(ami("snap-0aaaaaaaaaaaaaaa1", "snap-0aaaaaaaaaaaaaaa2"));
  }

  @SuppressWarnings("unchecked") // made above
  private static Map<String, Object> ec2(Map<String, Object> attributes) {
    return (Map<String, Object>) attributes.get("ec2");
  }

  @SuppressWarnings("unchecked") // made above
  private static Map<String, Object> device(Map<String, Object> attributes, int number) {
    return ((List<Map<String, Object>>) ec2(attributes).get("devices")).get(number);
  }

  private static List<String> differences(Map<String, Object> found) throws IOException {
    return ImageComparison.differences(packed(), image(found), IDS);
  }

  @Test
  void whatIsTheSameButForItsSnapshotsDiffersInNothing() throws IOException {
    assertThat(differences(ami(ROOT, DATA))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"description", "architecture", "bootMode"})
  void attributeThatDiffersIsTold(String name) throws IOException {
    Map<String, Object> found = ami(ROOT, DATA);
    found.put(name, "another");
    assertThat(differences(found)).containsExactly(name + ": is another, was as it was");
    found.remove(name);
    assertThat(differences(found)).containsExactly(name + ": is null, was as it was");
  }

  @ParameterizedTest
  @CsvSource({
    "platformDetails",
    "usageOperation",
    "platform",
    "virtualizationType",
    "rootDeviceName",
    "rootDeviceType",
    "sriovNetSupport",
    "tpmSupport",
    "imdsSupport",
    "kernelId",
    "ramdiskId"
  })
  void attributeOfEc2ThatDiffersIsTold(String name) throws IOException {
    Map<String, Object> found = ami(ROOT, DATA);
    ec2(found).put(name, "another");
    assertThat(differences(found)).containsExactly(name + ": is another, was as it was");
  }

  @Test
  void flagsListsTagsAndUefiDataThatDifferAreTold() throws IOException {
    Map<String, Object> found = ami(ROOT, DATA);
    ec2(found).remove("enaSupport");
    ec2(found).remove("productCodes");
    ec2(found).put("uefiData", "another");
    found.put("tags", Map.of("a", "another"));
    assertThat(differences(found))
        .containsExactly(
            "enaSupport: is null, was true",
            "productCodes: is null, was [{id=abc}]",
            "tags: are not those of the archive",
            "uefiData: is not that of the archive; Secure Boot may be off")
        .noneMatch(text -> text.contains("another"));
  }

  @ParameterizedTest
  @CsvSource({
    "sizeGiB, 9",
    "volumeType, gp2",
    "iops, 4000",
    "throughputMiB, 250",
    "deleteOnTermination, false",
    "encrypted, true",
    "outpostArn, arn"
  })
  void fieldOfADeviceThatDiffersIsTold(String field, String value) throws IOException {
    Map<String, Object> found = ami(ROOT, DATA);
    device(found, 1).put(field, value);
    assertThat(differences(found))
        .singleElement()
        .asString()
        .startsWith("device: is {device=/dev/sdf, ")
        .contains(field + "=" + value);
  }

  @Test
  void deviceThatIsMissingOrOneTooManyIsTold() throws IOException {
    Map<String, Object> fewer = ami(ROOT, DATA);
    ec2(fewer).put("devices", List.of(device("/dev/xvda", 0)));
    assertThat(differences(fewer))
        .singleElement()
        .asString()
        .startsWith("device: is absent, was {device=/dev/sdf, ");
    Map<String, Object> more = ami(ROOT, DATA);
    List<Map<String, Object>> devices = new ArrayList<>();
    devices.add(device("/dev/xvda", 0));
    devices.add(device("/dev/sdb", 1));
    devices.add(device("/dev/sdf", 1));
    ec2(more).put("devices", devices);
    assertThat(differences(more))
        .singleElement()
        .asString()
        .startsWith("device: is {device=/dev/sdb, ")
        .endsWith("was absent");
  }

  @Test
  void snapshotsThatWereExchangedAreNoticed() throws IOException {
    assertThat(differences(ami(DATA, ROOT)))
        .hasSize(2)
        .allMatch(text -> text.startsWith("device: is {device=/dev/"));
    assertThat(differences(ami("snap-0000000000000000f", DATA)))
        .singleElement()
        .asString()
        .contains("volume=snap-0000000000000000f");
  }

  @Test
  void ofWhatWasNoAmiTheDevicesThatWereAskedForAreCompared() throws IOException {
    Image disk =
        new Image(
            Map.of("name", "disk", "description", "as it was"),
            List.of(
                new Volume(0, 8L << 30, Optional.empty()),
                new Volume(1, 8L << 30, Optional.of("/dev/sdf"))));
    Map<String, Object> found = ami(ROOT, DATA);
    found.remove("tags");
    ec2(found).remove("uefiData");
    assertThat(ImageComparison.differences(disk, image(found), IDS)).isEmpty();
    device(found, 1).put("volumeType", "gp2");
    assertThat(ImageComparison.differences(disk, image(found), IDS))
        .containsExactly(
            "device: is {device=/dev/sdf, volume=1, volumeType=gp2},"
                + " was {device=/dev/sdf, volume=1, volumeType=gp3}");
    device(found, 1).put("device", "/dev/sdg");
    assertThat(ImageComparison.differences(disk, image(found), IDS)).hasSize(2);
  }

  // ---- snapshots

  private static SnapshotDescription snapshot(
      Optional<String> description, Map<String, String> tags, Optional<String> key) {
    return new SnapshotDescription(
        ROOT,
        "111111111111",
        8,
        "completed",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        key.isPresent(),
        key,
        description,
        Optional.empty(),
        Optional.empty(),
        tags);
  }

  private static List<String> differences(SnapshotRequest wanted, SnapshotDescription found) {
    List<String> differences = new ArrayList<>();
    SnapshotComparison.compare(0, wanted, found, differences);
    return differences;
  }

  @Test
  void eachThingOfASnapshotThatDiffersIsTold() {
    String key = "arn:aws:kms:us-east-1:111111111111:key/a";
    String other = "arn:aws:kms:us-east-1:111111111111:key/b";
    Map<String, String> tags = Map.of("a", "b");
    SnapshotRequest wanted =
        new SnapshotRequest(Optional.of("text"), tags, Optional.of(key), "token", 60);
    assertThat(differences(wanted, snapshot(Optional.of("text"), tags, Optional.of(key))))
        .isEmpty();
    Map<String, String> more = Map.of("a", "b", "aws:by", "AWS itself");
    assertThat(differences(wanted, snapshot(Optional.of("text"), more, Optional.of(key))))
        .isEmpty();
    assertThat(differences(wanted, snapshot(Optional.empty(), Map.of(), Optional.empty())))
        .containsExactly(
            ROOT + " of volume 0: description is absent, was text",
            ROOT + " of volume 0: tags are not those that were asked for",
            ROOT + " of volume 0: is not encrypted, should be",
            ROOT + " of volume 0: key is none, should be " + key);
    assertThat(differences(wanted, snapshot(Optional.of("text"), tags, Optional.of(other))))
        .containsExactly(ROOT + " of volume 0: key is " + other + ", should be " + key);
    SnapshotRequest plain =
        new SnapshotRequest(Optional.empty(), Map.of(), Optional.empty(), "token", 60);
    assertThat(differences(plain, snapshot(Optional.empty(), Map.of(), Optional.of(key))))
        .isEmpty();
  }
}

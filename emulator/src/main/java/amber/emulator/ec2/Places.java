package amber.emulator.ec2;

import amber.emulator.state.Partition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** DescribeRegions and DescribeAvailabilityZones. */
final class Places {

  private static final String NOT_REQUIRED = "opt-in-not-required";

  private Places() {}

  /** A zone of the caller's region. */
  private record Zone(String region, String letter) {

    String name() {
      return region + letter;
    }

    /** Such as {@code use1-az1}: the same place for every account, unlike the name. */
    String id() {
      String[] words = region.split("-", -1);
      StringBuilder text = new StringBuilder(words[0]);
      for (int at = 1; at < words.length - 1; at++) {
        text.append(words[at].startsWith("gov") ? "g" : words[at].substring(0, 1));
      }
      int number = letter.charAt(0) - 'a' + 1;
      return text + words[words.length - 1] + "-az" + number;
    }
  }

  static void regions(Call call) throws IOException {
    List<String> names = call.parameters().texts("RegionName");
    List<Filter> filters = Filter.read(call.parameters());
    call.parameters().flag("AllRegions");
    Partition partition = call.region().partition();
    FilterSet<String> set =
        new FilterSet<String>(region -> Map.of())
            .one("region-name", region -> region)
            .one("endpoint", region -> endpoint(partition, region))
            .one("opt-in-status", region -> NOT_REQUIRED);
    set.check(filters);
    call.ready();
    for (String name : names) {
      if (!partition.regions().contains(name)) {
        throw Ec2Failures.invalid("Invalid region name: " + name);
      }
    }
    List<String> found =
        partition.regions().stream()
            .filter(region -> names.isEmpty() || names.contains(region))
            .filter(region -> set.passes(filters, region))
            .toList();
    call.xml()
        .list(
            "regionInfo",
            found,
            (xml, region) ->
                xml.text("regionName", region)
                    .text("regionEndpoint", endpoint(partition, region))
                    .text("optInStatus", NOT_REQUIRED));
  }

  static void zones(Call call) throws IOException {
    List<String> names = call.parameters().texts("ZoneName");
    List<String> ids = call.parameters().texts("ZoneId");
    List<Filter> filters = Filter.read(call.parameters());
    call.parameters().flag("AllAvailabilityZones");
    FilterSet<Zone> set =
        new FilterSet<Zone>(zone -> Map.of())
            .one("zone-name", Zone::name)
            .one("zone-id", Zone::id)
            .one("region-name", Zone::region)
            .one("group-name", Zone::region)
            .one("opt-in-status", zone -> NOT_REQUIRED)
            .one("zone-type", zone -> "availability-zone")
            .one("state", zone -> "available");
    set.check(filters);
    call.ready();
    List<Zone> all =
        Stream.of("a", "b", "c").map(letter -> new Zone(call.region().name(), letter)).toList();
    for (String name : names) {
      if (all.stream().noneMatch(zone -> zone.name().equals(name))) {
        throw Ec2Failures.invalid("Invalid availability zone: [" + name + "]");
      }
    }
    List<Zone> found =
        all.stream()
            .filter(zone -> names.isEmpty() || names.contains(zone.name()))
            .filter(zone -> ids.isEmpty() || ids.contains(zone.id()))
            .filter(zone -> set.passes(filters, zone))
            .toList();
    call.xml().list("availabilityZoneInfo", found, Places::write);
  }

  private static void write(Xml xml, Zone zone) {
    xml.text("optInStatus", NOT_REQUIRED)
        .text("regionName", zone.region())
        .text("zoneName", zone.name())
        .text("zoneId", zone.id())
        .text("groupName", zone.region())
        .text("networkBorderGroup", zone.region())
        .text("zoneType", "availability-zone")
        .text("zoneState", "available");
  }

  private static String endpoint(Partition partition, String region) {
    return "ec2." + region + "." + partition.dnsSuffix();
  }
}

package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** CreateTags, DeleteTags and DescribeTags, of images and snapshots. */
final class TagOperations {

  private static final int MOST_RESOURCES = 1000;

  private static final FilterSet<Entry> FILTERS =
      new FilterSet<Entry>(entry -> Map.of(entry.key(), entry.value()))
          .one("key", Entry::key)
          .one("value", Entry::value)
          .one("resource-id", Entry::resourceId)
          .one("resource-type", Entry::resourceType);

  private TagOperations() {}

  /** One tag of one resource. */
  private record Entry(String resourceId, String resourceType, String key, String value) {

    String id() {
      return resourceId + " " + key;
    }
  }

  static void create(Call call) throws IOException {
    List<String> ids = resources(call);
    Map<String, String> tags = TagRequest.read(call.parameters().structures("Tag"));
    if (tags.isEmpty()) {
      throw Ec2Failures.missing("Tag");
    }
    call.ready();
    for (String id : ids) {
      TagRequest.limit(merged(find(call, id), tags));
    }
    for (String id : ids) {
      change(call, id, before -> merged(before, tags));
    }
    call.yes();
  }

  static void delete(Call call) throws IOException {
    List<String> ids = resources(call);
    Map<String, Optional<String>> tags = new LinkedHashMap<>();
    for (Parameters tag : call.parameters().structures("Tag")) {
      tags.put(tag.required("Key"), tag.text("Value"));
    }
    call.ready();
    for (String id : ids) {
      find(call, id);
    }
    for (String id : ids) {
      change(call, id, before -> without(before, tags));
    }
    call.yes();
  }

  static void describe(Call call) throws IOException {
    List<Filter> filters = Filter.read(call.parameters());
    Paging paging = Paging.read(call, Paging.Limits.USUAL);
    FILTERS.check(filters);
    call.ready();
    List<Entry> all = new ArrayList<>();
    Region region = call.region();
    for (Image image : Images.of(call).registered()) {
      add(all, image.id(), "image", SharedTags.of(region, image));
    }
    for (Snapshot snapshot : region.snapshots().all()) {
      if (!SnapshotLookup.recycled(snapshot)) {
        add(all, snapshot.id(), "snapshot", SharedTags.of(region, snapshot));
      }
    }
    Paging.Page<Entry> page =
        paging.cut(
            all, Entry::id, entry -> FILTERS.passes(filters, entry), call.rules().shortPages());
    call.xml()
        .list(
            "tagSet",
            page.items(),
            (xml, entry) ->
                xml.text("resourceId", entry.resourceId())
                    .text("resourceType", entry.resourceType())
                    .text("key", entry.key())
                    .text("value", entry.value()));
    call.xml().text("nextToken", page.token());
  }

  private static void add(List<Entry> all, String id, String type, Map<String, String> tags) {
    tags.forEach((key, value) -> all.add(new Entry(id, type, key, value)));
  }

  private static List<String> resources(Call call) throws FailureException {
    List<String> ids = call.parameters().texts("ResourceId");
    if (ids.isEmpty()) {
      throw Ec2Failures.missing("ResourceId");
    }
    if (ids.size() > MOST_RESOURCES) {
      throw Ec2Failures.invalid("At most " + MOST_RESOURCES + " resources can be given.");
    }
    return ids;
  }

  private static Map<String, String> find(Call call, String id) throws IOException {
    if (id.startsWith("ami-")) {
      return SharedTags.of(call.region(), Images.of(call).visible(id));
    }
    if (id.startsWith("snap-")) {
      return SharedTags.of(call.region(), SnapshotLookup.visible(call, id));
    }
    throw Ec2Failures.of("InvalidID", "The ID '" + id + "' is not valid");
  }

  private static void change(Call call, String id, UnaryOperator<Map<String, String>> edit)
      throws IOException {
    Region region = call.region();
    boolean image = id.startsWith("ami-");
    String owner =
        image ? Images.of(call).visible(id).ownerId() : SnapshotLookup.visible(call, id).ownerId();
    if (!owner.equals(call.caller())) {
      SharedTags.shelf(region).put(new SharedTags(id, edit.apply(find(call, id))));
    } else if (image) {
      region.images().update(id, old -> old.withTags(edit.apply(old.tags())));
    } else {
      region.snapshots().update(id, old -> old.withTags(edit.apply(old.tags())));
    }
  }

  private static Map<String, String> merged(Map<String, String> before, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(before);
    all.putAll(more);
    return all;
  }

  private static Map<String, String> without(
      Map<String, String> before, Map<String, Optional<String>> gone) {
    Map<String, String> left = new LinkedHashMap<>(before);
    if (gone.isEmpty()) {
      left.keySet().removeIf(key -> !key.startsWith("aws:"));
    }
    gone.forEach(
        (key, value) -> {
          if (value.isEmpty() || value.get().equals(left.get(key))) {
            left.remove(key);
          }
        });
    return left;
  }
}

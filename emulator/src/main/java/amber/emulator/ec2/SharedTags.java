package amber.emulator.ec2;

import amber.emulator.state.Image;
import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.util.Map;

/**
 * The caller's own tags of something that another account shares. An owner's tags are for the owner
 * only.
 */
record SharedTags(String id, Map<String, String> tags) {

  SharedTags {
    tags = Map.copyOf(tags);
  }

  static Map<String, String> of(Region region, Image image) throws IOException {
    return image.ownerId().equals(region.accountId()) ? image.tags() : find(region, image.id());
  }

  static Map<String, String> of(Region region, Snapshot snapshot) throws IOException {
    return snapshot.ownerId().equals(region.accountId())
        ? snapshot.tags()
        : find(region, snapshot.id());
  }

  static Shelf<SharedTags> shelf(Region region) throws IOException {
    return region.shelf("shared-tags", SharedTags.class, SharedTags::id);
  }

  private static Map<String, String> find(Region region, String id) throws IOException {
    return shelf(region).find(id).map(SharedTags::tags).orElse(Map.of());
  }
}

package amber.cli;

import amber.block.BlockSet;
import amber.ec2.Ami;
import amber.ec2.AmiReader;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotBlocks;
import amber.ec2.SnapshotImage;
import amber.ec2.UnreadableSnapshotException;
import amber.image.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What EC2 tells of an image or a snapshot, with the blocks that are listed. */
final class AmiDescription {

  private final String id;
  private final Ami ami;
  private final List<Listing> listings;

  /**
   * The blocks of one volume.
   *
   * @param problem why they cannot be listed, if they cannot
   */
  private record Listing(
      Volume volume, String snapshotId, Optional<BlockSet> listed, Optional<String> problem) {

    static Listing of(Ec2Connection aws, Volume volume, String snapshotId) throws IOException {
      try (SnapshotBlocks blocks = SnapshotBlocks.open(aws, snapshotId)) {
        return new Listing(volume, snapshotId, Optional.of(blocks.listed()), Optional.empty());
      } catch (UnreadableSnapshotException e) {
        return new Listing(volume, snapshotId, Optional.empty(), Optional.of(e.getMessage()));
      }
    }
  }

  private AmiDescription(String id, Ami ami, List<Listing> listings) {
    this.id = id;
    this.ami = ami;
    this.listings = listings;
  }

  /** Asks for an image. */
  static AmiDescription ofImage(Ec2Connection aws, String imageId) throws IOException {
    return of(aws, imageId, new AmiReader(aws).describe(imageId));
  }

  /** Asks for a snapshot. */
  static AmiDescription ofSnapshot(Ec2Connection aws, String snapshotId) throws IOException {
    return of(aws, snapshotId, SnapshotImage.describe(aws, snapshotId));
  }

  private static AmiDescription of(Ec2Connection aws, String id, Ami ami) throws IOException {
    List<Listing> listings = new ArrayList<>();
    for (Volume volume : ami.image().volumes()) {
      listings.add(Listing.of(aws, volume, ami.snapshotIds().get(volume.number())));
    }
    return new AmiDescription(id, ami, listings);
  }

  /**
   * All of it.
   *
   * @param prices what storage costs
   */
  Document document(PriceTable prices) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "inspect");
    json.put("source", id);
    json.put("image", ami.image().attributes());
    json.put("volumes", listings.stream().map(AmiDescription::json).toList());
    json.put("notRestorable", ami.notRestorable());
    List<String> text = new ArrayList<>(ImageText.of(ami.image()));
    BootDescription.add(ami.image(), json, text);
    listings.forEach(listing -> text(text, listing));
    Document document = new Document(json, text);
    List<BlockSet> listed = listings.stream().flatMap(each -> each.listed().stream()).toList();
    // Of what cannot be listed, nobody knows the size.
    return listed.size() == listings.size()
        ? Savings.ofBlocks(prices, listed).addedTo(document)
        : document;
  }

  private static Map<String, Object> json(Listing listing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", listing.volume().number());
    listing.volume().device().ifPresent(device -> json.put("device", device));
    json.put("snapshotId", listing.snapshotId());
    json.put("sizeBytes", listing.volume().sizeBytes());
    listing
        .listed()
        .ifPresent(
            listed -> {
              json.put("listedBlocks", listed.size());
              json.put("listedBytes", Sizes.listedBytes(listed, listing.volume().sizeBytes()));
              json.put("extents", listed.extentCount());
            });
    listing.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }

  private static void text(List<String> text, Listing listing) {
    long sizeBytes = listing.volume().sizeBytes();
    text.add(listing.volume() + " " + listing.snapshotId());
    text.add(
        ImageText.line(
            "size", "%s (%s)".formatted(Text.bytes(sizeBytes), Text.count(sizeBytes, "byte"))));
    listing
        .listed()
        .ifPresent(
            listed ->
                text.add(
                    ImageText.line(
                        "listed",
                        "%s in %s, %s"
                            .formatted(
                                Text.bytes(Sizes.listedBytes(listed, sizeBytes)),
                                Text.count(listed.size(), "block"),
                                Text.count(listed.extentCount(), "extent")))));
    listing.problem().ifPresent(problem -> text.add(ImageText.line("not readable", problem)));
  }
}

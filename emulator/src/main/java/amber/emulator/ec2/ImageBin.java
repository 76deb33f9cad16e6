package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The images in the Recycle Bin. */
final class ImageBin {

  private static final Paging.Limits LIMITS = new Paging.Limits(1, 1000);
  private static final int MOST_IDS = 20;

  private ImageBin() {}

  static void list(Call call) throws IOException {
    List<String> ids = call.parameters().texts("ImageId");
    Paging paging = Paging.read(call, LIMITS);
    if (ids.size() > MOST_IDS) {
      throw Ec2Failures.invalid("At most " + MOST_IDS + " image ids can be given.");
    }
    call.ready();
    Images images = Images.of(call);
    for (String id : ids) {
      images.recycled(id);
    }
    List<Image> found = new ArrayList<>();
    for (Image image : images.all()) {
      if (image.life().recycledAt().isPresent()
          && image.ownerId().equals(call.caller())
          && (ids.isEmpty() || ids.contains(image.id()))) {
        found.add(image);
      }
    }
    Paging.Page<Image> page = paging.cut(found, Image::id, image -> true, false);
    call.xml().list("imageSet", page.items(), ImageBin::write);
    call.xml().text("nextToken", page.token());
  }

  private static void write(Xml xml, Image image) {
    xml.text("imageId", image.id())
        .text("name", image.registration().name())
        .text("description", image.registration().description())
        .text("recycleBinEnterTime", Times.text(image.life().recycledAt()))
        .text("recycleBinExitTime", Times.text(image.life().recycledUntil()));
  }

  static void restore(Call call) throws IOException {
    String id = call.parameters().required("ImageId");
    call.ready();
    Images images = Images.of(call);
    Image image = images.recycled(id);
    checkSnapshots(call.region(), image);
    images.checkNameFree(image.registration().name());
    // As it was, sharing included.
    call.region().images().put(image.withLife(image.life().recovered()));
    call.yes();
  }

  private static void checkSnapshots(Region region, Image image) throws IOException {
    for (String id : Images.snapshotIds(image)) {
      Optional<Snapshot> snapshot = region.snapshots().find(id);
      if (snapshot.isEmpty()) {
        throw Ec2Failures.snapshotNotFound(id);
      }
      if (SnapshotLookup.recycled(snapshot.get())) {
        throw refused(image, id);
      }
    }
  }

  private static FailureException refused(Image image, String snapshotId) {
    return Ec2Failures.wrongState(
        "The snapshot %s of the image %s is in the Recycle Bin, and must be restored first"
            .formatted(snapshotId, image.id()));
  }
}

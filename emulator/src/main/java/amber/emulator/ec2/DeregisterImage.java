package amber.emulator.ec2;

import amber.emulator.state.Image;
import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** DeregisterImage. */
final class DeregisterImage {

  private DeregisterImage() {}

  static void run(Call call) throws IOException {
    String id = call.parameters().required("ImageId");
    boolean withSnapshots = call.parameters().flag("DeleteAssociatedSnapshots");
    Images.check(id);
    call.ready();
    Images images = Images.of(call);
    Image image = images.owned(id);
    ImageLifecycle.checkUnprotected(call, image);
    int days = call.region().settings().recycleImagesDays();
    if (days > 0) {
      call.region()
          .images()
          .put(
              image.withLife(
                  image.life().recycled(call.now(), call.now().plus(Duration.ofDays(days)))));
    } else {
      images.bury(image);
    }
    call.yes();
    if (withSnapshots) {
      Map<String, String> results = new LinkedHashMap<>();
      for (String snapshotId : Images.snapshotIds(image)) {
        results.put(snapshotId, delete(call, images, image, snapshotId));
      }
      call.xml()
          .list(
              "deleteSnapshotResultSet",
              results.entrySet(),
              (xml, result) ->
                  xml.text("snapshotId", result.getKey()).text("returnCode", result.getValue()));
    }
  }

  /** Deletes one snapshot; whatever comes of it, the image is deregistered. */
  private static String delete(Call call, Images images, Image image, String id)
      throws IOException {
    Optional<Snapshot> snapshot =
        call.region().snapshots().find(id).filter(found -> !SnapshotLookup.recycled(found));
    if (snapshot.isEmpty()) {
      return "client-error";
    }
    if (!snapshot.get().ownerId().equals(call.caller())) {
      return "missing-permissions";
    }
    if (SnapshotLookup.user(images, id, image.id()).isPresent()) {
      return "skipped";
    }
    if (SnapshotLocks.holds(call, id)) {
      return "client-error";
    }
    SnapshotBin.delete(call, snapshot.get());
    return "success";
  }
}

package amber.cli;

import amber.ec2.Ec2Connection;
import amber.ec2.ImageDeregistration;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageSummary;
import amber.ec2.RecycleBin;
import amber.ec2.SnapshotEnd;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code deregister}. */
final class ImageDeregisterVerb implements ImageVerb {

  private final boolean deleteSnapshots;
  private final boolean allowReferences;

  ImageDeregisterVerb(boolean deleteSnapshots, boolean allowReferences) {
    this.deleteSnapshots = deleteSnapshots;
    this.allowReferences = allowReferences;
  }

  @Override
  public String name() {
    return "deregister";
  }

  @Override
  public boolean looksAround() {
    return true;
  }

  @Override
  public boolean deregisters() {
    return true;
  }

  @Override
  public Optional<String> isDone(ImageSummary image) {
    return Optional.empty();
  }

  @Override
  public Optional<RefusedException> isRefused(ImageOutlook image) {
    return ImageMeaning.refuseIfProtected(image)
        .or(() -> ImageMeaning.refuseIfLaunched(image, allowReferences));
  }

  @Override
  public List<String> means(ImageOutlook image) {
    List<String> lines = new ArrayList<>();
    lines.add("nobody can launch it any more; " + ImageMeaning.recovery(image, deleteSnapshots));
    lines.add(ImageMeaning.access(image));
    lines.addAll(ImageMeaning.references(image));
    lines.addAll(ImageMeaning.snapshots(image, deleteSnapshots));
    return lines;
  }

  @Override
  public void tryOut(Ec2Connection aws, ImageSummary image) throws IOException {
    new ImageDeregistration(aws).tryOut(image.id(), deleteSnapshots);
  }

  @Override
  public ImageEffect act(Ec2Connection aws, ImageSummary image) throws IOException {
    List<SnapshotEnd> ends = new ImageDeregistration(aws).run(image, deleteSnapshots);
    return told(new RecycleBin(aws), image.id(), ends);
  }

  /** What became of an image that is deregistered, and of its snapshots. */
  static ImageEffect told(RecycleBin bin, String imageId, List<SnapshotEnd> ends) {
    return new Telling(bin, imageId).of(ends);
  }

  /** Tells what became of an image and its snapshots, and until when that can be taken back. */
  private static final class Telling {
    private final RecycleBin bin;
    private final String imageId;
    private final List<String> text = new ArrayList<>();
    private final List<Map<String, Object>> snapshots = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();

    Telling(RecycleBin bin, String imageId) {
      this.bin = bin;
      this.imageId = imageId;
    }

    ImageEffect of(List<SnapshotEnd> ends) {
      Map<String, Object> json = new LinkedHashMap<>();
      Optional<Instant> until = kept(() -> bin.image(imageId));
      text.add(
          until
              .map(
                  time ->
                      "deregistered; the Recycle Bin keeps it until %s: amber image recover %s"
                          .formatted(time, imageId))
              .orElse("deregistered; the Recycle Bin does not show it"));
      until.ifPresent(time -> json.put("recycledUntil", time.toString()));
      ends.forEach(this::snapshot);
      if (until.isPresent() && !gone.isEmpty()) {
        text.add(
            "it cannot be recovered without %s, which the Recycle Bin does not show"
                .formatted(String.join(", ", gone)));
      }
      json.put("snapshots", snapshots);
      return new ImageEffect(ends.stream().allMatch(SnapshotEnd::isWell), text, json);
    }

    private void snapshot(SnapshotEnd end) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("snapshotId", end.snapshotId());
      json.put("end", end.kind().name().toLowerCase(Locale.ROOT));
      end.why().ifPresent(why -> json.put("why", why));
      if (end.kind() == SnapshotEnd.Kind.DELETED) {
        Optional<Instant> until = kept(() -> bin.snapshot(end.snapshotId()));
        until.ifPresent(time -> json.put("recycledUntil", time.toString()));
        if (until.isEmpty()) {
          gone.add(end.snapshotId());
        }
        text.add(
            "snapshot %s is deleted%s"
                .formatted(
                    end.snapshotId(),
                    until.map(time -> "; the Recycle Bin keeps it until " + time).orElse("")));
      } else {
        text.add("snapshot %s stays: %s".formatted(end.snapshotId(), why(end)));
      }
      snapshots.add(json);
    }

    private static String why(SnapshotEnd end) {
      String more = end.why().map(why -> " (" + why + ")").orElse("");
      return switch (end.kind()) {
        case KEPT -> "it was not to be deleted";
        case SKIPPED -> "another AMI uses it" + more;
        case NOT_ALLOWED -> "whoever asks may not delete it" + more;
        case FAILED -> "EC2 did not delete it" + more;
        case UNKNOWN -> end.why().orElse("nobody knows why");
        case DELETED -> throw new IllegalStateException("bug: it does not stay");
      };
    }

    /** Asks for something in the bin. */
    private interface Look {
      Optional<RecycleBin.Kept> run() throws IOException;
    }

    /** Until when it is kept; what was done is done, whether or not that can be found out. */
    private static Optional<Instant> kept(Look look) {
      try {
        return look.run().flatMap(RecycleBin.Kept::leavesAt);
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }
}

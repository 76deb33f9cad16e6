package amber.ec2;

import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.services.ec2.model.Image;

/**
 * Finds out whether an image can be packed. What need not wait for each other is asked at once: far
 * away each answer takes its time, and an image may have many snapshots.
 */
final class PackCheck {

  private final Ec2Connection aws;
  private final Preflight preflight;

  PackCheck(Ec2Connection aws, Preflight preflight) {
    this.aws = aws;
    this.preflight = preflight;
  }

  /** The image, opened, or null if something stands in the way. */
  PackableImage image(String imageId) throws InterruptedIOException {
    AmiReader reader = new AmiReader(aws);
    AtomicReference<Image> image = new AtomicReference<>();
    List<String> ids = new ArrayList<>();
    boolean there =
        preflight.check(
            () -> {
              image.set(reader.image(imageId));
              ids.addAll(AmiReader.snapshotIds(image.get()));
            });
    Map<String, SnapshotDescription> shown = new ConcurrentHashMap<>();
    preflight.together(
        ids.stream()
            .<Preflight.Part>map(
                id -> part -> part.check(() -> shown.put(id, requireShown(imageId, id))))
            .toList());
    if (!there || shown.size() < ids.size()) {
      return null;
    }
    AtomicReference<Ami> ami = new AtomicReference<>();
    Map<String, SnapshotBlocks> blocks = new ConcurrentHashMap<>();
    List<Preflight.Part> parts = new ArrayList<>();
    parts.add(part -> part.check(() -> ami.set(reader.describe(image.get(), shown::get))));
    for (String id : ids) {
      parts.add(part -> tryOut(shown.get(id), part).ifPresent(each -> blocks.put(id, each)));
    }
    preflight.together(parts);
    if (ami.get() == null || blocks.size() < ids.size()) {
      blocks.values().forEach(SnapshotBlocks::close);
      return null;
    }
    return new PackableImage(ami.get(), ids.stream().map(blocks::get).toList());
  }

  /** A snapshot as an image, opened, or null if something stands in the way. */
  PackableImage snapshot(String snapshotId) throws InterruptedIOException {
    AtomicReference<SnapshotDescription> shown = new AtomicReference<>();
    if (!preflight.check(() -> shown.set(SnapshotDescription.of(aws, snapshotId)))) {
      return null;
    }
    return tryOut(shown.get(), preflight)
        .map(blocks -> new PackableImage(SnapshotImage.describe(aws, shown.get()), List.of(blocks)))
        .orElse(null);
  }

  /** Lists and reads a snapshot's first block. Returns the snapshot, opened, if that is allowed. */
  private Optional<SnapshotBlocks> tryOut(SnapshotDescription snapshot, Preflight told)
      throws InterruptedIOException {
    AtomicReference<SnapshotBlocks> opened = new AtomicReference<>();
    told.check(
        () -> {
          SnapshotBlocks blocks = SnapshotBlocks.open(aws, snapshot);
          try {
            blocks.tryOut();
          } catch (IOException e) {
            blocks.close();
            throw e;
          }
          opened.set(blocks);
          told.found(snapshot.id(), "can be read: its blocks were listed, and one of them read");
        });
    return Optional.ofNullable(opened.get());
  }

  private SnapshotDescription requireShown(String imageId, String snapshotId) throws IOException {
    try {
      return SnapshotDescription.of(aws, snapshotId);
    } catch (NoSuchFileException e) {
      AccessDeniedException denied =
          new AccessDeniedException(
              snapshotId,
              null,
              "is of %s, which may be seen, but may not be seen itself: whoever shares an image has"
                      .formatted(imageId)
                  + " to share its snapshots too");
      denied.initCause(e);
      throw denied;
    }
  }
}

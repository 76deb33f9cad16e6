package amber.fuzz;

import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.image.Volume;
import java.util.Arrays;

/** What must hold of every image that a manifest describes. */
final class ImageOracle {

  private ImageOracle() {}

  static void check(Image image) {
    Require.that(
        !image.volumes().isEmpty() && image.volumes().size() <= Image.MAX_VOLUMES,
        "%d volumes",
        image.volumes().size());
    for (Volume volume : image.volumes()) {
      Require.that(Volume.isValidSize(volume.sizeBytes()), "%s has %d", volume, volume.sizeBytes());
      Require.that(volume.file().matches("volume-[0-9]{2,3}\\.raw"), "%s", volume.file());
    }
    // Reading them is what others do, who do not expect that it fails.
    image.id();
    image.name();
    image.createdAt();
    image.tags().forEach((key, value) -> Require.that(key != null && value != null, "tag %s", key));
    try {
      Image again = Manifest.read(Manifest.write(image), "again");
      Require.that(again.volumes().equals(image.volumes()), "written and read: other volumes");
      Require.that(
          Arrays.equals(Manifest.write(again), Manifest.write(image)),
          "written and read: %s, not %s",
          again.attributes(),
          image.attributes());
    } catch (InvalidImageException | UnsupportedImageException e) {
      throw new AssertionError("written and read, it is refused: " + e.getMessage(), e);
    }
  }
}

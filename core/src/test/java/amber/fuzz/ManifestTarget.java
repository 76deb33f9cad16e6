package amber.fuzz;

import amber.disk.ImageDirectory;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.image.Volume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A manifest by itself, and as the one of an image directory. */
final class ManifestTarget implements FuzzTarget {

  private static final long VOLUME_BYTES = 1 << 20;

  private final Path directory = ScratchDirectory.make("manifest");

  ManifestTarget() throws IOException {
    for (int number = 0; number < 2; number++) {
      Path volume = directory.resolve(Volume.fileName(number));
      try (RandomAccessFile file = new RandomAccessFile(volume.toFile(), "rw")) {
        file.setLength(VOLUME_BYTES);
      }
    }
  }

  @Override
  public List<byte[]> seeds() {
    Volume first = new Volume(0, VOLUME_BYTES, Optional.of("/dev/xvda"));
    Volume second = new Volume(1, VOLUME_BYTES, Optional.empty());
    Image image =
        new Image(
            Map.of(
                "id",
                "ami-0123456789abcdef0",
                "name",
                "web",
                "createdAt",
                "2026-11-23T08:00:00Z",
                "tags",
                Map.of("Name", "web"),
                "bootMode",
                "uefi"),
            List.of(first, second));
    return List.of(
        Manifest.write(image),
        text("{\"schema\":1,\"image\":{},\"volumes\":[{\"sizeBytes\":1048576}]}"),
        text("{\"schema\":1,\"critical\":[\"x\"],\"image\":{\"tags\":{}},\"volumes\":[]}"),
        text("{\"schema\":1,\"image\":{\"a\":[1,2.5,1e9,true,null,\"\\u00e9\"]},\"volumes\":[]}"));
  }

  private static byte[] text(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void run(byte[] input) throws Exception {
    Optional<Image> read = read(input);
    read.ifPresent(ImageOracle::check);
    Files.write(directory.resolve(Manifest.FILE), input);
    try (ImageDirectory opened = ImageDirectory.open(directory)) {
      Require.that(read.isPresent(), "a directory takes a manifest that is refused alone");
      Require.that(
          opened.volumes().size() == opened.image().volumes().size(),
          "%d disks",
          opened.volumes().size());
    } catch (InvalidImageException | UnsupportedImageException | NoSuchFileException e) {
      Require.that(e.getMessage() != null, "a refusal without reason");
    }
  }

  private static Optional<Image> read(byte[] input) {
    try {
      return Optional.of(Manifest.read(input, "fuzz"));
    } catch (InvalidImageException | UnsupportedImageException e) {
      Require.that(e.getMessage().startsWith("fuzz: "), "names no place: %s", e.getMessage());
      return Optional.empty();
    }
  }
}

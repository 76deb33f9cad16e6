package amber.disk;

import amber.block.BlockSource;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image on disk, to be packed: a directory with {@code manifest.json} and one raw file for each
 * volume, as unpack writes it, or a single raw disk without a manifest.
 *
 * @param image what it is
 * @param manifest its manifest's bytes
 * @param volumes its disks, by volume number
 */
public record ImageDirectory(Image image, byte[] manifest, List<RawDisk> volumes)
    implements Closeable {

  /** The attribute that names those that were concluded from the disk, each with the reason. */
  public static final String PROPOSED = "proposed";

  /**
   * Opens an image directory.
   *
   * @throws NoSuchFileException if the manifest or a volume's file is missing
   * @throws InvalidImageException if the manifest is invalid, or a volume's size is not what it
   *     says
   */
  public static ImageDirectory open(Path directory) throws IOException {
    Path file = directory.resolve(Manifest.FILE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "no such file, an image directory should have one");
    }
    if (Files.size(file) > Manifest.MAX_BYTES) {
      throw new InvalidImageException(
          file.toString(),
          "%d bytes, should be at most %d".formatted(Files.size(file), Manifest.MAX_BYTES));
    }
    byte[] manifest = Files.readAllBytes(file);
    Image image = Manifest.read(manifest, file.toString());
    List<RawDisk> disks = new ArrayList<>();
    try {
      for (Volume volume : image.volumes()) {
        Path path = directory.resolve(volume.file());
        RawDisk disk = RawDisk.open(path);
        disks.add(disk);
        if (disk.sizeBytes() != volume.sizeBytes()) {
          throw new InvalidImageException(
              path.toString(),
              "%d bytes, the manifest says %d".formatted(disk.sizeBytes(), volume.sizeBytes()));
        }
      }
      return new ImageDirectory(image, manifest, List.copyOf(disks));
    } catch (IOException e) {
      closeAll(disks, e);
      throw e;
    }
  }

  /** As {@link #ofDisk(Path, Map)}, of which nobody knows more than what it shows. */
  public static ImageDirectory ofDisk(Path path) throws IOException {
    return ofDisk(path, Map.of());
  }

  /**
   * Opens a single raw disk or block device. Its manifest is made up from its name, its size, and
   * from what it shows of how it starts; what comes of that is named in the attribute {@link
   * #PROPOSED}.
   *
   * @param given what is known of the image, by the manifest's names; an empty text is for what
   *     shall not be proposed
   */
  public static ImageDirectory ofDisk(Path path, Map<String, String> given) throws IOException {
    RawDisk disk = RawDisk.open(path);
    try {
      Map<String, Object> attributes = new LinkedHashMap<>();
      attributes.put("name", baseName(path));
      Map<String, Object> reasons = new LinkedHashMap<>();
      Map<String, BootSigns.Proposal> proposals = disk.bootSigns().proposals();
      for (String name : List.of("architecture", "bootMode")) {
        BootSigns.Proposal proposal = proposals.get(name);
        if (given.containsKey(name)) {
          attributes.put(name, given.get(name));
        } else if (proposal != null) {
          attributes.put(name, proposal.value());
          reasons.put(name, proposal.reason());
        }
      }
      attributes.values().removeIf(value -> value.equals(""));
      if (!reasons.isEmpty()) {
        attributes.put(PROPOSED, reasons);
      }
      Image image =
          new Image(attributes, List.of(new Volume(0, disk.sizeBytes(), Optional.empty())));
      return new ImageDirectory(image, Manifest.write(image), List.of(disk));
    } catch (IOException e) {
      closeAll(List.of(disk), e);
      throw e;
    }
  }

  /** A file's name without its last extension: what an image is called that has no name. */
  public static String baseName(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    if (name == null) {
      return "disk";
    }
    String text = name.toString();
    int dot = text.lastIndexOf('.');
    return dot > 0 ? text.substring(0, dot) : text;
  }

  /** The volumes as what a pack reads. */
  public List<BlockSource> sources() {
    return List.copyOf(volumes);
  }

  @Override
  public void close() throws IOException {
    for (RawDisk disk : volumes) {
      disk.close();
    }
  }

  private static void closeAll(List<RawDisk> disks, IOException failure) {
    for (RawDisk disk : disks) {
      try {
        disk.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}

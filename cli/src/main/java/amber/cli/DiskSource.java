package amber.cli;

import amber.block.BlockDigest;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import amber.image.Image;
import amber.image.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A raw disk, or an image directory. */
record DiskSource(Path path, ImageDirectory directory) implements PackSource {

  static DiskSource open(Path path) throws IOException {
    return open(path, Map.of());
  }

  /**
   * Opens it.
   *
   * @param known attributes by the manifest's names, that a raw disk does not need to show
   */
  static DiskSource open(Path path, Map<String, String> known) throws IOException {
    return new DiskSource(
        path,
        Files.isDirectory(path) ? ImageDirectory.open(path) : ImageDirectory.ofDisk(path, known));
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public Image image() {
    return directory.image();
  }

  @Override
  public byte[] manifest() {
    return directory.manifest();
  }

  @Override
  public List<BlockSource> volumes() {
    return directory.sources();
  }

  @Override
  public String fallbackName() {
    return ImageDirectory.baseName(path);
  }

  /** Of a device nobody knows whether it was written to. */
  @Override
  public Optional<String> identity() {
    StringBuilder all = new StringBuilder();
    all.append(HexFormat.of().formatHex(BlockDigest.newSha256().digest(manifest()))).append('\n');
    for (RawDisk disk : directory.volumes()) {
      if (disk.modified().isEmpty()) {
        return Optional.empty();
      }
      all.append(Path.of(disk.location()).toAbsolutePath())
          .append(' ')
          .append(disk.modified().get())
          .append('\n');
    }
    return Optional.of(all.toString());
  }

  /** Asked after the blocks were listed. */
  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    directory.volumes().stream()
        .filter(RawDisk::holesUnknown)
        .map(disk -> disk.location() + ": the system cannot tell its holes, so all of it is packed")
        .forEach(warnings::add);
    if (image().attributes().get(ImageDirectory.PROPOSED) instanceof Map<?, ?> proposed
        && !Files.isDirectory(path)) {
      // Nobody has said so, and what is wrong here does not start.
      proposed.forEach(
          (name, reason) ->
              warnings.add(
                  "%s: %s %s is taken from the disk: %s"
                      .formatted(
                          path,
                          name.equals("bootMode") ? "boot mode" : name,
                          image().text(String.valueOf(name)).orElse(""),
                          reason)));
    }
    return warnings;
  }

  @Override
  public void charge(Bill bill, List<BlockSet> listed) {
    // Disks cost nothing.
  }

  @Override
  public void refuseAsTarget(Operand.Local target) throws IOException {
    if (!Files.exists(target.path())) {
      return;
    }
    List<Path> read = new ArrayList<>();
    for (RawDisk disk : directory.volumes()) {
      read.add(Path.of(disk.location()));
    }
    if (Files.isDirectory(path)) {
      read.add(path.resolve(Manifest.FILE));
    }
    for (Path file : read) {
      if (Files.isSameFile(file, target.path())) {
        throw RefusedException.usage(
            target + ": is what is packed, should be another file", "choose another name");
      }
    }
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}

package amber.cli;

import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import amber.image.Image;
import amber.image.Manifest;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an archive goes.
 *
 * @param location a path, or what stdout is called
 * @param isStream whether it is stdout
 */
record PackTarget(String location, boolean isStream) {

  // Most file systems allow 255 bytes, and a hidden name with 24 more is needed beside it.
  private static final int MAX_NAME = 200;

  /**
   * Reads the operand, and checks that the archive can be written there.
   *
   * @throws FileAlreadyExistsException if there is something that may not be replaced
   */
  static PackTarget of(String operand, ImageDirectory image, Path source, boolean replace)
      throws IOException {
    if (operand.equals(Operand.STREAM)) {
      return new PackTarget("stdout", true);
    }
    Path path = Operand.path(operand);
    if (Files.isDirectory(path) || operand.endsWith("/")) {
      path = path.resolve(fileName(image.image(), source));
    }
    refuseOverSource(path, image, source);
    requireFree(path, replace);
    return new PackTarget(path.toString(), false);
  }

  /** The image's id, else its name, else the source's. They may come from a stranger's manifest. */
  private static String fileName(Image image, Path source) {
    String name = image.id().or(image::name).orElseGet(() -> ImageDirectory.baseName(source));
    String safe = name.replaceAll("[\\p{Cntrl}\\p{Cf}/\\\\:]", "_").replaceFirst("^[.-]", "_");
    if (safe.length() > MAX_NAME) {
      safe = safe.substring(0, MAX_NAME);
    }
    return (safe.isEmpty() ? "image" : safe) + ".bin";
  }

  private static void refuseOverSource(Path path, ImageDirectory image, Path source)
      throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> read = new ArrayList<>();
    for (RawDisk disk : image.volumes()) {
      read.add(Path.of(disk.location()));
    }
    if (Files.isDirectory(source)) {
      read.add(source.resolve(Manifest.FILE));
    }
    for (Path file : read) {
      if (Files.isSameFile(file, path)) {
        throw RefusedException.usage(
            path + ": is what is packed, should be another file", "choose another name");
      }
    }
  }

  private static void requireFree(Path path, boolean replace) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.isDirectory(path)) {
        throw RefusedException.usage(
            path + ": is a directory, should be a file name", "choose another name");
      }
      if (!replace) {
        throw new FileAlreadyExistsException(path.toString(), null, "archive already exists");
      }
      if (!Files.isRegularFile(path)) {
        // A rename would put a file in place of the device or pipe.
        throw RefusedException.usage(
            path + ": is no regular file, and is not replaced", "write to stdout: -");
      }
    }
    Path parent = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new NoSuchFileException(parent.toString(), null, "no such directory");
    }
    if (!Files.isWritable(parent)) {
      throw new AccessDeniedException(parent.toString(), null, "no archive may be written there");
    }
  }
}

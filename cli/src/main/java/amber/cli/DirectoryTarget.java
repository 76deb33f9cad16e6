package amber.cli;

import amber.UnpackJournal;
import amber.disk.PendingImageDirectory;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * An image directory to be made of an image that is copied.
 *
 * @param manifest the image's, to be written as it is
 * @param bytes how many are listed
 * @param made whether an earlier run has made it, and did not live to say so
 */
record DirectoryTarget(Path path, byte[] manifest, long bytes, boolean made, WriteOptions writing)
    implements ImageTarget {

  @Override
  public String location() {
    return path.toString();
  }

  /** Checks that a directory may be made there, whatever it will hold. */
  static void requireFree(Path path, boolean replace) throws IOException {
    PendingImageDirectory.requireFree(path, replace);
    Path parent = path.toAbsolutePath().normalize().getParent();
    if (parent != null && Files.isDirectory(parent) && !Files.isWritable(parent)) {
      throw new AccessDeniedException(parent.toString(), null, "no directory may be made there");
    }
  }

  @Override
  public void check(Preflight preflight, UnpackTask task) throws IOException {
    if (!made) {
      preflight.check(
          () -> {
            requireFree(path, writing.replace());
            preflight.found(path.toString(), "may be made");
          });
    }
    if (!task.goesOn()) {
      preflight.check(() -> requireRoom(path, bytes, preflight));
    }
  }

  /** Checks that there is room for that many bytes, and tells so. */
  static void requireRoom(Path path, long bytes, Preflight preflight) throws IOException {
    PendingImageDirectory.requireSpace(path, bytes);
    preflight.found(path.toString(), "has room for " + Text.bytes(bytes));
  }

  @Override
  public void charge(Bill bill) {
    // Disks cost nothing.
  }

  @Override
  public UnpackTask.Work<Optional<AmiUnpack.Made>> work(ImageBlocks blocks) {
    DirectoryUnpack work = new DirectoryUnpack(path, writing, Optional.of(manifest), blocks);
    return new UnpackTask.Work<>() {
      @Override
      public Optional<AmiUnpack.Made> run(Optional<UnpackJournal> notes) throws IOException {
        work.run(notes);
        return Optional.empty();
      }

      @Override
      public void discard(UnpackJournal notes) throws IOException {
        work.discard(notes);
      }

      @Override
      public Map<String, Object> result(Optional<AmiUnpack.Made> made) {
        return work.result(path);
      }
    };
  }
}

package amber.cli;

import amber.UnpackJournal;
import amber.block.VolumeRemains;
import amber.disk.PendingImageDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Makes a directory of raw disk images. */
final class DirectoryUnpack implements UnpackTask.Work<Path> {

  private final Path directory;
  private final WriteOptions writing;
  private final Optional<byte[]> manifest;
  private final ImageBlocks blocks;

  /**
   * A directory to be made.
   *
   * @param manifest to be written, too, if the directory has all volumes
   * @param blocks those of the volumes
   */
  DirectoryUnpack(
      Path directory, WriteOptions writing, Optional<byte[]> manifest, ImageBlocks blocks) {
    this.directory = directory;
    this.writing = writing;
    this.manifest = manifest;
    this.blocks = blocks;
  }

  @Override
  public Path run(Optional<UnpackJournal> notes) throws IOException {
    if (notes.isPresent()) {
      return goOn(notes.get());
    }
    try (PendingImageDirectory pending =
        PendingImageDirectory.begin(directory, writing.replace(), writing.sync())) {
      blocks.into(pending);
      writeManifest(pending);
      return pending.commit();
    }
  }

  private Path goOn(UnpackJournal notes) throws IOException {
    Optional<String> earlier = notes.publishing();
    if (earlier.isPresent() && PendingImageDirectory.isCommitted(directory, earlier.get())) {
      return directory;
    }
    try (PendingImageDirectory pending =
        PendingImageDirectory.keeping(directory, writing.replace(), writing.sync())) {
      blocks.into(pending, notes);
      writeManifest(pending);
      return pending.commit(earlier, notes::publishing);
    }
  }

  private void writeManifest(PendingImageDirectory pending) throws IOException {
    if (manifest.isPresent()) {
      pending.writeManifest(manifest.get());
    }
  }

  @Override
  public void discard(UnpackJournal notes) throws IOException {
    discard(directory, notes.remains(), notes.publishing());
  }

  /** Whether an earlier run has made the directory, and did not live to say so. */
  static boolean isMade(Path directory, List<UnpackJournal.Noted> earlier) throws IOException {
    for (UnpackJournal.Noted noted : earlier) {
      Optional<String> publishing = noted.publishing();
      if (publishing.isPresent()
          && PendingImageDirectory.isCommitted(directory, publishing.get())) {
        return true;
      }
    }
    return false;
  }

  /** Removes what a run has noted of a directory; one that it has replaced comes back. */
  static void discard(
      Path directory, SortedMap<Integer, VolumeRemains> left, Optional<String> publishing)
      throws IOException {
    if (publishing.isPresent()) {
      if (PendingImageDirectory.isCommitted(directory, publishing.get())) {
        // It is whole and has its name; whoever does not want it removes it like any other.
        return;
      }
      PendingImageDirectory.restore(directory, publishing.get());
    }
    UnpackJournal.discard(PendingImageDirectory.leftOf(directory), left);
  }

  @Override
  public Map<String, Object> result(Path made) {
    return TaskResult.of(directory.toString());
  }
}

package amber.cli;

import amber.UnpackJournal;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.block.VolumeRemains;
import amber.disk.PendingImageDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** Unpacks an archive into a directory of raw disk images. */
final class DirectoryUnpack implements UnpackTask.Work<Path> {

  private final ArchiveReader archive;
  private final SortedSet<Integer> volumes;
  private final boolean whole;
  private final Path directory;
  private final WriteOptions writing;
  private final Unpacker unpacker;

  /**
   * An unpack.
   *
   * @param volumes those to restore
   * @param whole whether the manifest is to be written, too
   */
  DirectoryUnpack(
      ArchiveReader archive,
      SortedSet<Integer> volumes,
      boolean whole,
      Path directory,
      WriteOptions writing,
      Unpacker unpacker) {
    this.archive = archive;
    this.volumes = volumes;
    this.whole = whole;
    this.directory = directory;
    this.writing = writing;
    this.unpacker = unpacker;
  }

  /** All that the directory depends on. */
  TaskRecipe recipe() {
    return UnpackTask.recipe(archive).with("--volume", whole ? "" : volumes.toString());
  }

  @Override
  public Path run(Optional<UnpackJournal> notes) throws IOException {
    if (notes.isPresent()) {
      return goOn(notes.get());
    }
    try (PendingImageDirectory pending =
        PendingImageDirectory.begin(directory, writing.replace(), writing.sync())) {
      unpacker.unpack(archive, volumes, pending);
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
      unpacker.unpack(archive, volumes, pending, notes);
      writeManifest(pending);
      return pending.commit(earlier, notes::publishing);
    }
  }

  private void writeManifest(PendingImageDirectory pending) throws IOException {
    if (whole) {
      pending.writeManifest(archive.index().manifest());
    }
  }

  @Override
  public void discard(UnpackJournal notes) throws IOException {
    discard(directory, notes.remains(), notes.publishing());
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

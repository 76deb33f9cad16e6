package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.util.Optional;

/**
 * The end of an archive that may have lost it.
 *
 * @param reader the archive as its end tells it, if that is whole
 * @param problem else, what is wrong with it
 */
record ArchiveEnd(Optional<ArchiveReader> reader, Optional<String> problem) {

  static ArchiveEnd of(ArchiveSource source) throws IOException {
    try {
      return new ArchiveEnd(Optional.of(ArchiveReader.open(source)), Optional.empty());
    } catch (CorruptArchiveException e) {
      return new ArchiveEnd(Optional.empty(), Optional.of(e.getMessage()));
    }
  }
}

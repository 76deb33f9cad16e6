package amber.cli;

import amber.Salvager;
import amber.disk.PendingImageDirectory;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.file.Path;

/** The salvaging of one archive, or the look at what could be had of it. */
final class SalvageRun {

  private final ArchiveSource source;
  private final Salvager salvager;
  private final ArchiveEnd end;

  SalvageRun(ArchiveSource source, Salvager salvager) throws IOException {
    this.source = source;
    this.salvager = salvager;
    this.end = ArchiveEnd.of(source);
  }

  /** What could be had; nothing is written. */
  SalvageResult report() throws IOException {
    return new SalvageResult(source, salvager.report(source), end);
  }

  /** Recovers into a directory, which appears whole or, if nothing can be had, not at all. */
  SalvageResult recover(Path directory, WriteOptions writing) throws IOException {
    try (PendingImageDirectory pending =
        PendingImageDirectory.begin(directory, writing.replace(), writing.sync())) {
      SalvageResult result = new SalvageResult(source, salvager.salvage(source, pending), end);
      result.requireAnything();
      if (result.manifest().isPresent()) {
        pending.writeManifest(result.manifest().get());
      }
      pending.writeFile(SalvageResult.FILE, result.file());
      pending.commit();
      return result;
    }
  }
}

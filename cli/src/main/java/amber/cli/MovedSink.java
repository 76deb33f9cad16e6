package amber.cli;

import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.store.StoredArchive;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A sink whose archive may have been copied into another class since it was stored. */
record MovedSink(ResumableSink store, List<Remains> copies) implements ResumableSink {

  @Override
  public PendingArchive begin(String name) throws IOException {
    return store.begin(name);
  }

  @Override
  public PendingArchive begin(String name, ArchiveBound bound) throws IOException {
    return store.begin(name, bound);
  }

  @Override
  public PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException {
    return store.begin(name, bound, log);
  }

  @Override
  public PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
      throws IOException {
    return store.resume(name, bound, remains, log);
  }

  @Override
  public Optional<StoredArchive> committed(String name, Remains remains) throws IOException {
    Optional<StoredArchive> found = store.committed(name, remains);
    for (Remains copy : copies) {
      if (found.isEmpty()) {
        found = store.committed(name, copy);
      }
    }
    return found;
  }

  @Override
  public void discard(String name, String token) throws IOException {
    store.discard(name, token);
  }
}

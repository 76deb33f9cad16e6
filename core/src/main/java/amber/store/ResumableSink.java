package amber.store;

import java.io.IOException;
import java.util.Optional;

/**
 * A place that keeps what it has of an archive when a run ends before the commit, so that a later
 * run need not send it again. Who does not want it kept discards it.
 */
public interface ResumableSink extends ArchiveSink {

  /**
   * As {@link #begin(String, ArchiveBound)}, except that closing keeps what the log was told of. If
   * it was told of no bytes, closing discards the archive.
   */
  PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException;

  /**
   * Goes on with what an earlier run left: with the longest beginning that the log was told of and
   * that the store still has ({@link PendingArchive#keptBytes}). If it has nothing, the archive is
   * begun anew. The caller appends the same bytes as before, from the first on.
   *
   * @param log is told of what comes now, and of nothing before this returns; of {@code remains} it
   *     knows. What these say of bytes beyond {@link PendingArchive#keptBytes} is void, and the log
   *     is told of other pieces in their place: it forgets them before the first append.
   * @throws java.nio.file.FileAlreadyExistsException if {@code name} is taken
   */
  PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
      throws IOException;

  /**
   * The archive, if the run that left this committed it and perhaps did not live to learn that.
   *
   * @param remains all that its log was told of
   */
  Optional<StoredArchive> committed(String name, Remains remains) throws IOException;

  /** Throws away what is left of an archive; that it is gone already is no failure. */
  void discard(String name, String token) throws IOException;
}

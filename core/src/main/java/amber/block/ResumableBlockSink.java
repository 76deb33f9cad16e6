package amber.block;

import java.io.IOException;

/**
 * A place that keeps what it has of a volume when a run ends before the commit, so that a later run
 * need not write it again. Who does not want it kept discards it.
 */
public interface ResumableBlockSink extends BlockSink {

  /** How much of a volume an earlier run has left. */
  enum Kept {
    /** Nothing: the volume was begun anew. */
    NOTHING,
    /** The blocks of which it was said that they had arrived. */
    BLOCKS,
    /** All blocks; there is nothing to do but to commit. */
    ALL
  }

  /** A volume that an earlier run began, and how much of it is there. */
  record Resumed(PendingVolume volume, Kept kept) {}

  /**
   * As {@link #begin(int, long)}, except that closing keeps the volume, and so does the end of the
   * process.
   */
  PendingVolume begin(int number, long sizeBytes, BlockLog log) throws IOException;

  /**
   * Goes on with what an earlier run left of a volume; if that is lost, the volume is begun anew.
   *
   * @param remains what the log was told of
   * @param log is told of what comes now; if the volume is begun anew, of that first
   */
  Resumed resume(int number, long sizeBytes, VolumeRemains remains, BlockLog log)
      throws IOException;

  /**
   * Throws away what is left of a volume, committed or not; that it is gone already is no failure.
   */
  void discard(int number, VolumeRemains remains) throws IOException;
}

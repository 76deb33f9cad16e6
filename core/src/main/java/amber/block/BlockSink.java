package amber.block;

import java.io.IOException;

/** A place where volumes are restored. */
public interface BlockSink {

  /**
   * Starts a volume in which every block is absent.
   *
   * @param number the volume's number in its image, from 0
   * @param sizeBytes its size, a multiple of 512
   */
  PendingVolume begin(int number, long sizeBytes) throws IOException;
}

package amber.seal;

import java.io.IOException;

/**
 * Where it is noted how an archive is sealed, so that a later run can go on with it: what its map
 * will say. None of it is secret.
 */
public interface SealNotes {

  /** Takes what was noted. */
  @FunctionalInterface
  interface Earlier {
    void take(CryptSegment segment) throws IOException;
  }

  /** Nobody notes anything. */
  SealNotes NONE =
      new SealNotes() {
        @Override
        public void sealed(CryptSegment segment) {}

        @Override
        public void earlier(Earlier taker) {}

        @Override
        public void goesOnAt(long end, long plainEnd) {}
      };

  /** A crypt segment is about to be handed on. */
  void sealed(CryptSegment segment);

  /** Tells what earlier runs have noted, from the first one on, without a gap. */
  void earlier(Earlier taker) throws IOException;

  /**
   * Everything that was noted behind these bytes is void, and others will be noted in its place.
   * When this returns, that is on the disk: a salt that was used for other bytes must never be
   * taken for one of these.
   *
   * @param end in the sealed archive
   * @param plainEnd in the archive inside
   */
  void goesOnAt(long end, long plainEnd) throws IOException;
}

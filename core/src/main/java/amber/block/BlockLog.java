package amber.block;

import java.io.IOException;

/**
 * Notes what has become of a pending volume, so that a later run can go on with it. Called by one
 * thread at a time, not always the same. Which blocks are there is told to whoever writes them:
 * {@link PendingVolume#write(int, java.nio.ByteBuffer, byte[], Runnable)}.
 */
public interface BlockLog {

  /**
   * The volume is about to be begun. What was noted of it before is void. This returns when the
   * note outlives the process, so that nothing is ever there of which nobody knows.
   *
   * @param token by which the sink finds what it is about to make: one line of text, no secret
   */
  void begun(String token) throws IOException;

  /**
   * The volume was begun, and the sink knows more of it now. What was noted of it stays.
   *
   * @param token takes the place of the one before
   */
  void named(String token) throws IOException;

  /**
   * The sink has put zeros into some blocks that nobody wrote, because that was asked for, and they
   * have arrived. Many threads may call this at once. A log that does not note it has them put
   * there again.
   *
   * @param stretch which blocks these are, in a way that the sink knows
   */
  default void filled(int stretch) {}

  /**
   * All blocks have arrived, and the volume is about to be committed. This returns when the note
   * outlives the process.
   *
   * @param receipt what the sink needs to know to do that without the blocks: one line of text
   */
  void committing(String receipt) throws IOException;

  /**
   * What was there was not what was noted, and the sink has discarded it. All that was noted of the
   * volume is void: a later run begins it.
   */
  void lost() throws IOException;
}

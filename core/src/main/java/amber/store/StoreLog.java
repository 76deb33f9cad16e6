package amber.store;

import java.io.IOException;

/**
 * Notes what a store has of a pending archive, so that a later run can go on with it. Called by one
 * thread at a time, not always the same.
 */
public interface StoreLog {

  /**
   * The store is about to begin the archive, or to store it at once. If the run dies before {@link
   * #begun} is told, only this leads to what the store may have made.
   *
   * @param token by which the store finds that: one line of text, no secret
   */
  default void beginning(String token) throws IOException {}

  /**
   * The archive was begun in the store.
   *
   * @param token by which the store finds it again: one line of text, no secret
   */
  void begun(String token) throws IOException;

  /**
   * Somebody goes on by himself with what an earlier run had left, of which so many bytes are still
   * there. What was told of bytes behind these is void.
   */
  default void resumedAt(long keptBytes) throws IOException {}

  /**
   * The store has all bytes up to {@code end}, and keeps them. From call to call {@code end} grows.
   *
   * @param receipt what the store needs to know of the bytes since the call before: one line of
   *     text
   */
  void stored(long end, String receipt) throws IOException;
}

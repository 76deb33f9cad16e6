package amber.seal;

import java.io.IOException;
import java.util.Optional;

/** What opens an archive that was encrypted to one of its recipients. */
public interface Identity {

  /** What messages call it. */
  String name();

  /**
   * Unwraps a key.
   *
   * @param wrapped to whomever
   * @return the key, which the caller wipes; nothing if it was not wrapped to this identity
   * @throws IOException if it may have been, and somebody outside had to be asked, who refused
   */
  Optional<byte[]> unwrap(WrappedTo wrapped) throws IOException;
}

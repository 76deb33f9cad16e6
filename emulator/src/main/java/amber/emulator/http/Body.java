package amber.emulator.http;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of an answer, written when the answer is sent and never held as a whole. */
@FunctionalInterface
public interface Body {

  /** No bytes at all. */
  Body EMPTY = out -> {};

  /** Writes all of the bytes; called at most once. */
  void writeTo(OutputStream out) throws IOException;
}

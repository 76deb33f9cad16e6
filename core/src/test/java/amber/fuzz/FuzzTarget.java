package amber.fuzz;

import java.io.IOException;
import java.util.List;

/** Something that reads untrusted bytes, and what must hold whatever they are. */
public interface FuzzTarget {

  /** Inputs to begin with, honest ones among them. */
  List<byte[]> seeds() throws IOException;

  /**
   * Reads one input. Returning means that all is well, whether or not it was refused.
   *
   * @throws Exception or error if it was neither read as it should be nor refused as documented
   */
  void run(byte[] input) throws Exception;
}

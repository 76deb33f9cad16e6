package amber.cli;

import amber.work.Preflight;
import java.io.IOException;
import java.util.Optional;

/** Where an image goes that is copied with no archive between. */
interface ImageTarget {

  /** A directory, or {@code ami:NAME}. */
  String location();

  /** Finds out, before anything is made, whether the image can go there. */
  void check(Preflight preflight) throws IOException;

  /** Adds to a bill what writing the image costs; after the check. */
  void charge(Bill bill);

  /**
   * Makes the image; if anything fails, nothing of it stays.
   *
   * @return what came of it, if EC2 has it now
   */
  Optional<AmiUnpack.Made> make(AmiUnpack.Blocks blocks) throws IOException;
}

package amber.cli;

import amber.work.Preflight;
import java.io.IOException;
import java.util.Optional;

/** Where an image goes that is copied with no archive between. */
interface ImageTarget {

  /** A directory, or {@code ami:NAME}. */
  String location();

  /**
   * Finds out, before anything is made, whether the image can go there.
   *
   * @param task knows what an earlier run has left there
   */
  void check(Preflight preflight, UnpackTask task) throws IOException;

  /** Adds to a bill what writing the image costs; after the check. */
  void charge(Bill bill);

  /**
   * The making of the image; if anything fails that is not noted, nothing of it stays.
   *
   * @return what does it, of which comes what EC2 has then, if EC2 has it
   */
  UnpackTask.Work<Optional<AmiUnpack.Made>> work(ImageBlocks blocks);
}

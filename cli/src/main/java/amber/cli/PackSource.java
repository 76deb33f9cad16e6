package amber.cli;

import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.image.Image;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What is packed, open to be read. */
interface PackSource extends Closeable {

  /** How the user knows it. */
  String location();

  /** What it is. */
  Image image();

  /** Its manifest's bytes. */
  byte[] manifest();

  /** Its volumes, by number. */
  List<BlockSource> volumes();

  /** What its archive is called, without the ending, if the image has neither id nor name. */
  String fallbackName();

  /**
   * What tells it from another that lists the same blocks; nothing if nobody can know. What may
   * change of an image while its blocks stay the same is not part of it.
   */
  Optional<String> identity();

  /** What should be known of it. */
  List<String> warnings();

  /** Adds to a bill what reading the listed blocks of each volume costs. */
  void charge(Bill bill, List<BlockSet> listed);

  /**
   * Refuses to read what shall be written.
   *
   * @throws RefusedException if the archive would take the place of something that is read
   */
  void refuseAsTarget(Operand.Local target) throws IOException;
}

package amber.cli;

import amber.UnpackJournal;
import amber.block.BlockSink;
import amber.block.ResumableBlockSink;
import java.io.IOException;

/** Brings the blocks of an image to where they shall be. */
interface ImageBlocks {

  /** Writes all of them into a sink. */
  void into(BlockSink sink) throws IOException;

  /** Writes those that an earlier run has not written, and notes how far it is. */
  void into(ResumableBlockSink sink, UnpackJournal notes) throws IOException;
}

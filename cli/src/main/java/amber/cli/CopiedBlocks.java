package amber.cli;

import amber.ImageCopier;
import amber.ReadPlan;
import amber.UnpackJournal;
import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.block.ResumableBlockSink;
import java.io.IOException;
import java.util.List;

/** The blocks of an image that is there, with no archive between. */
record CopiedBlocks(ReadPlan plan, List<BlockSource> volumes, ImageCopier copier)
    implements ImageBlocks {

  @Override
  public void into(BlockSink sink) throws IOException {
    copier.copy(plan, volumes, sink);
  }

  @Override
  public void into(ResumableBlockSink sink, UnpackJournal notes) throws IOException {
    copier.copy(plan, volumes, sink, notes);
  }
}

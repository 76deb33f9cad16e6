package amber.cli;

import amber.UnpackJournal;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.block.BlockSink;
import amber.block.ResumableBlockSink;
import java.io.IOException;
import java.util.SortedSet;

/**
 * The blocks of an archive.
 *
 * @param volumes those to restore
 */
record ArchiveBlocks(ArchiveReader archive, SortedSet<Integer> volumes, Unpacker unpacker)
    implements ImageBlocks {

  @Override
  public void into(BlockSink sink) throws IOException {
    unpacker.unpack(archive, volumes, sink);
  }

  @Override
  public void into(ResumableBlockSink sink, UnpackJournal notes) throws IOException {
    unpacker.unpack(archive, volumes, sink, notes);
  }
}

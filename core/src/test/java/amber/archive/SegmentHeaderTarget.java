package amber.archive;

import amber.block.Block;
import amber.fixture.ArchiveEditor;
import amber.fixture.Vectors;
import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment's header by itself, as a task's notes keep it; its length and digest are made right.
 */
public final class SegmentHeaderTarget implements FuzzTarget {

  private static final int HASH_BYTES = 32;
  private static final int PAYLOAD_AT = 8;

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : List.of("two-volumes", "segments-of-several-frames", "smallest-disk")) {
      byte[] segment = new ArchiveEditor(Vectors.all().get(name).bytes()).segment(0);
      int headerBytes = PAYLOAD_AT + ArchiveEditor.little(segment).getInt(4);
      seeds.add(Arrays.copyOf(segment, headerBytes - HASH_BYTES));
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    if (input.length < PAYLOAD_AT) {
      return;
    }
    byte[] frame = Arrays.copyOf(input, input.length + HASH_BYTES);
    ArchiveEditor.little(frame).putInt(4, frame.length - PAYLOAD_AT);
    byte[] hash = ArchiveEditor.sha256(Arrays.copyOfRange(input, PAYLOAD_AT, input.length));
    System.arraycopy(hash, 0, frame, input.length, HASH_BYTES);
    SegmentHeader header;
    try {
      header = SegmentHeader.read(ByteBuffer.wrap(frame));
    } catch (BadStructureException e) {
      return;
    }
    ByteBuffer again = ByteBuffer.allocate(header.frameBytes());
    header.write(again);
    Require.that(Arrays.equals(again.array(), frame), "read and written, it is another header");
    long plain = 0;
    for (int i = 0; i < header.frameCount(); i++) {
      Require.that(header.plainBytes(i) > 0, "frame %d holds %d", i, header.plainBytes(i));
      plain += header.plainBytes(i);
    }
    Require.that(plain <= (long) header.blocks().length * Block.SIZE, "%d plain bytes", plain);
    Require.that(header.storedBytes() > frame.length, "%d stored bytes", header.storedBytes());
  }
}

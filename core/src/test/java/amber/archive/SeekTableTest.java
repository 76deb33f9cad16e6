package amber.archive;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads archives as any reader of zstd's seekable format 0.1.0 does, from its document alone. */
class SeekTableTest {

  private static byte[] archive;

  private record Entry(long storedOffset, int stored, long plainOffset, int plain) {}

  @BeforeAll
  static void pack() throws IOException {
    archive =
        Archives.pack(
            Archives.options(2, new Geometry(2, 4)),
            List.of(
                GeneratedVolume.mixed(1, 21L * Block.SIZE + 512),
                GeneratedVolume.absent(Block.SIZE),
                GeneratedVolume.mixed(2, 9L * Block.SIZE)));
  }

  private static List<Entry> entries() {
    ByteBuffer in = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int size = archive.length;
    assertThat(in.getInt(size - 4)).as("Seekable_Magic_Number").isEqualTo(0x8F92EAB1);
    int descriptor = in.get(size - 5);
    assertThat(descriptor).as("Seek_Table_Descriptor: no checksums, nothing reserved").isZero();
    int frames = in.getInt(size - 9);
    int tableBytes = 8 + 8 * frames + 9;
    int tableAt = size - tableBytes;
    assertThat(in.getInt(tableAt)).as("Skippable_Magic_Number").isEqualTo(0x184D2A5E);
    assertThat(in.getInt(tableAt + 4)).as("Frame_Size").isEqualTo(tableBytes - 8);
    List<Entry> entries = new ArrayList<>();
    long stored = 0;
    long plain = 0;
    for (int frame = 0; frame < frames; frame++) {
      int at = tableAt + 8 + 8 * frame;
      entries.add(new Entry(stored, in.getInt(at), plain, in.getInt(at + 4)));
      stored += in.getInt(at);
      plain += in.getInt(at + 4);
    }
    assertThat(stored).as("the frames before the table are all in it").isEqualTo(tableAt);
    return entries;
  }

  @Test
  void everyFrameCanBeReadOnItsOwn() throws IOException {
    byte[] tar;
    try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(archive))) {
      tar = in.readAllBytes();
    }
    List<Entry> entries = entries();
    Entry last = entries.get(entries.size() - 1);
    assertThat(last.plainOffset() + last.plain()).isEqualTo(tar.length);
    for (Entry entry : entries) {
      int from = (int) entry.storedOffset();
      byte[] frame = Arrays.copyOfRange(archive, from, from + entry.stored());
      boolean skippable = (frame[0] & 0xF0) == 0x50 && frame[1] == 0x2A;
      assertThat(Zstd.findFrameCompressedSize(frame)).isEqualTo(entry.stored());
      if (skippable) {
        assertThat(entry.plain()).isZero();
        continue;
      }
      byte[] plain = Zstd.decompress(frame, entry.plain());
      int at = (int) entry.plainOffset();
      assertThat(Arrays.equals(plain, 0, plain.length, tar, at, at + entry.plain()))
          .as("frame at byte %d", from)
          .isTrue();
    }
  }

  @Test
  void tableOfManyFramesIsWrittenWhole() throws IOException {
    SeekTable table = new SeekTable();
    int frames = 200_001;
    for (int i = 0; i < frames; i++) {
      table.add(i + 1, 2 * i);
    }
    ByteBuffer all = ByteBuffer.allocate((int) SeekTable.frameBytes(frames));
    table.writeTo(all::put);
    assertThat(all.hasRemaining()).isFalse();
    ByteBuffer in = all.flip().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < frames; i++) {
      if (in.getInt(8 + 8 * i) != i + 1 || in.getInt(12 + 8 * i) != 2 * i) {
        assertThat(i).as("entry that is wrong").isNull();
      }
    }
    assertThat(in.getInt(all.limit() - 9)).isEqualTo(frames);
    byte[] bytes = new byte[all.limit()];
    all.get(0, bytes);
    assertThat(table.sha256()).isEqualTo(BlockDigest.newSha256().digest(bytes));
  }
}

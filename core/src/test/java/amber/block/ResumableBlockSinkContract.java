package amber.block;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.ResumableBlockSink.Kept;
import amber.block.ResumableBlockSink.Resumed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What every sink of volumes promises that keeps what it has for a later run. A new one extends
 * this, beside {@link BlockSinkContract}, and says how to look inside it.
 */
public abstract class ResumableBlockSinkContract {

  private static final int BLOCKS = 6;
  private static final int SHORT = 512;

  /** The size of the volumes: six blocks, the last of which is short. */
  protected static final long SIZE_BYTES = (BLOCKS - 1L) * Block.SIZE + SHORT;

  /** A sink; all that one test asks for write to the same place. */
  protected abstract ResumableBlockSink sink() throws IOException;

  /** All bytes of a volume that was committed to the sink that was asked for last. */
  protected abstract Optional<byte[]> committed(int number) throws IOException;

  /** How many things there are in the sink's place, finished or not. */
  protected abstract int things() throws IOException;

  /** Writes what has not arrived yet, up to so many blocks. */
  private static void write(PendingVolume volume, BlockNotes notes, int blocks) throws IOException {
    SortedSet<Integer> arrived = notes.arrived();
    for (int index = 0; index < blocks; index++) {
      byte[] content = content(index);
      byte[] digest = BlockDigest.newSha256().digest(content);
      if (arrived.contains(index)) {
        volume.written(index, digest);
      } else {
        volume.write(index, ByteBuffer.wrap(content), digest, notes.arrival(index));
      }
    }
  }

  private static byte[] content(int index) {
    byte[] content = new byte[Block.SIZE];
    new Random(index).nextBytes(content);
    if (index == BLOCKS - 1) {
      Arrays.fill(content, SHORT, Block.SIZE, (byte) 0);
    }
    return content;
  }

  private static byte[] all() {
    byte[] all = new byte[(int) SIZE_BYTES];
    for (int index = 0; index < BLOCKS; index++) {
      int at = index * Block.SIZE;
      System.arraycopy(content(index), 0, all, at, Math.min(Block.SIZE, all.length - at));
    }
    return all;
  }

  /** A run that ends when so many blocks have arrived. */
  private BlockNotes interrupted(int blocks) throws IOException {
    BlockNotes notes = new BlockNotes();
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES, notes)) {
      write(volume, notes, blocks);
    }
    assertThat(notes.begun()).isEqualTo(1);
    return notes;
  }

  private void finish(BlockNotes earlier, Kept kept) throws IOException {
    BlockNotes notes = new BlockNotes(earlier);
    Resumed resumed = sink().resume(0, SIZE_BYTES, earlier.remains(), notes);
    try (PendingVolume volume = resumed.volume()) {
      assertThat(resumed.kept()).isEqualTo(kept);
      assertThat(notes.begun()).isEqualTo(kept == Kept.NOTHING ? 1 : 0);
      if (kept != Kept.ALL) {
        write(volume, notes, BLOCKS);
      }
      volume.commit();
      assertThat(notes.arrived()).hasSize(BLOCKS);
      assertThat(notes.remains().receipt()).isPresent();
    }
    assertThat(committed(0)).hasValue(all());
  }

  @Test
  void runThatEndsAnywhereIsGoneOnWith() throws IOException {
    for (int blocks = 0; blocks <= BLOCKS; blocks++) {
      BlockNotes notes = interrupted(blocks);
      int before = things();
      assertThat(before).as("closing keeps").isPositive();
      finish(notes, Kept.BLOCKS);
      sink().discard(0, notes.remains());
      assertThat(things()).isZero();
    }
  }

  @Test
  void runsMayEndAgainAndAgain() throws IOException {
    BlockNotes notes = interrupted(1);
    for (int blocks = 2; blocks < BLOCKS; blocks++) {
      BlockNotes more = new BlockNotes(notes);
      Resumed resumed = sink().resume(0, SIZE_BYTES, notes.remains(), more);
      try (PendingVolume volume = resumed.volume()) {
        assertThat(resumed.kept()).isEqualTo(Kept.BLOCKS);
        write(volume, more, blocks);
      }
      notes = more;
    }
    finish(notes, Kept.BLOCKS);
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void blocksThatWereNotNotedAreWrittenAgain() throws IOException {
    BlockNotes notes = interrupted(4);
    notes.keepOnly(new TreeSet<>(java.util.List.of(2)));
    finish(notes, Kept.BLOCKS);
  }

  @Test
  void committedVolumeIsGoneOnWithWithoutItsBlocks() throws IOException {
    BlockNotes notes = new BlockNotes();
    try (PendingVolume volume = sink().begin(0, SIZE_BYTES, notes)) {
      write(volume, notes, BLOCKS);
      volume.commit();
    }
    finish(notes, Kept.ALL);
    finish(notes, Kept.ALL);
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void volumeThatIsGoneIsBegunAnew() throws IOException {
    BlockNotes notes = interrupted(3);
    sink().discard(0, notes.remains());
    assertThat(things()).isZero();
    finish(notes, Kept.NOTHING);
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void volumeThatWasOnlyAboutToBeBegunIsBegunOnce() throws IOException {
    String[] token = new String[1];
    BlockNotes notes =
        new BlockNotes() {
          @Override
          public synchronized void begun(String newToken) {
            super.begun(newToken);
            token[0] = newToken;
          }
        };
    sink().begin(0, SIZE_BYTES, notes).close();
    // As the journal has it if the process ended before it learnt more.
    BlockNotes early = new BlockNotes();
    early.begun(token[0]);
    BlockNotes later = new BlockNotes(early);
    Resumed resumed = sink().resume(0, SIZE_BYTES, early.remains(), later);
    try (PendingVolume volume = resumed.volume()) {
      write(volume, later, BLOCKS);
      volume.commit();
    }
    assertThat(committed(0)).hasValue(all());
    assertThat(things()).isEqualTo(1);
    sink().discard(0, early.remains());
    assertThat(things()).isZero();
  }

  @Test
  void discardLeavesNothingOfACommittedVolume() throws IOException {
    BlockNotes notes = new BlockNotes();
    ResumableBlockSink sink = sink();
    try (PendingVolume volume = sink.begin(0, SIZE_BYTES, notes)) {
      write(volume, notes, 2);
      volume.commit();
    }
    sink.discard(0, notes.remains());
    sink.discard(0, notes.remains());
    assertThat(things()).isZero();
  }

  @Test
  void closeMayBeCalledAgain() throws IOException {
    BlockNotes notes = new BlockNotes();
    PendingVolume volume = sink().begin(0, SIZE_BYTES, notes);
    write(volume, notes, 2);
    volume.close();
    volume.close();
    assertThat(things()).isEqualTo(1);
    finish(notes, Kept.BLOCKS);
  }
}

package amber.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What every sink promises that keeps what it has for a later run. A new one extends this, beside
 * {@link ArchiveSinkContract}, and says how to look inside it.
 */
public abstract class ResumableSinkContract {

  private static final int HEADER = 7;
  private static final int SEGMENTS = 4;
  private static final int TAIL = 1000;

  /** A sink; all that one test asks for store in the same place. */
  protected abstract ResumableSink sink(boolean replace);

  /** The name under which the sink stores what this test calls {@code simple}. */
  protected abstract String name(String simple);

  /** The bytes that everyone can read under that name. */
  protected abstract Optional<byte[]> stored(String name) throws IOException;

  /** How many things there are in the sink's place, visible or not. */
  protected abstract int things() throws IOException;

  /** The size of a segment that the sink notes soon when it has it. */
  protected abstract int segmentBytes();

  /** Waits until nothing of a closed archive is on its way any more. */
  protected void awaitQuiet() {}

  private byte[] content() {
    return content(HEADER + SEGMENTS * segmentBytes() + TAIL, 1);
  }

  protected static byte[] content(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  private ArchiveBound bound() {
    return new ArchiveBound(content().length, SEGMENTS);
  }

  /** The end of a segment. */
  private int end(int segments) {
    return HEADER + segments * segmentBytes();
  }

  /** Appends the header and so many segments; with the last, the tail as well. */
  private void append(PendingArchive pending, int segments) throws IOException {
    byte[] content = content();
    AtomicInteger released = new AtomicInteger();
    pending.append(ByteBuffer.wrap(content, 0, HEADER));
    for (int i = 0; i < segments; i++) {
      ByteBuffer segment = ByteBuffer.wrap(content, end(i), segmentBytes());
      pending.append(segment, released::incrementAndGet);
      if (end(i + 1) <= pending.keptBytes()) {
        assertThat(released).as("released when it is passed over").hasValue(i + 1);
      }
    }
    if (segments == SEGMENTS) {
      pending.append(ByteBuffer.wrap(content, end(SEGMENTS), TAIL));
    }
  }

  /** A run that ends after so many segments, which are all noted. */
  private StoreNotes interrupted(String name, int segments) throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name, bound(), notes)) {
      append(pending, segments);
      notes.await(end(segments));
    }
    awaitQuiet();
    return notes;
  }

  private StoreNotes finish(String name, Remains remains, long kept) throws IOException {
    StoreNotes notes = new StoreNotes(remains);
    try (PendingArchive pending = sink(false).resume(name, bound(), remains, notes)) {
      assertThat(pending.keptBytes()).isEqualTo(kept);
      notes.keep(kept);
      append(pending, SEGMENTS);
      assertThat(stored(name)).isEmpty();
      assertThat(pending.commit().sizeBytes()).isEqualTo(content().length);
      assertThat(notes.end()).isLessThanOrEqualTo(content().length);
    }
    assertThat(stored(name)).hasValue(content());
    return notes;
  }

  @Test
  void runThatIsInterruptedAnywhereIsGoneOnWith() throws IOException {
    for (int segments = 0; segments <= SEGMENTS; segments++) {
      String name = name("a" + segments);
      StoreNotes notes = new StoreNotes();
      try (PendingArchive pending = sink(false).begin(name, bound(), notes)) {
        assertThat(pending.keptBytes()).isZero();
        append(pending, segments);
        assertThat(stored(name)).isEmpty();
      }
      awaitQuiet();
      assertThat(notes.end()).isLessThanOrEqualTo(content().length);
      if (notes.end() == 0) {
        assertThat(things()).as("after %d segments", segments).isEqualTo(segments);
      }
      if (notes.token() == null) {
        notes = interrupted(name, 1);
      }
      finish(name, notes.remains(), notes.end());
      assertThat(things()).isEqualTo(segments + 1);
    }
  }

  @Test
  void runsMayBeInterruptedAgainAndAgain() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 1).remains();
    for (int segments = 2; segments <= SEGMENTS; segments++) {
      StoreNotes notes = new StoreNotes(remains);
      try (PendingArchive pending = sink(false).resume(name, bound(), remains, notes)) {
        assertThat(pending.keptBytes()).isEqualTo(end(segments - 1));
        append(pending, segments);
        notes.await(end(segments));
      }
      awaitQuiet();
      assertThat(notes.token()).isEqualTo(remains.token());
      remains = notes.remains();
    }
    finish(name, remains, StoreNotes.end(remains));
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void runThatAddsNothingLosesNothing() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    sink(false).resume(name, bound(), remains, new StoreNotes(remains)).close();
    finish(name, remains, StoreNotes.end(remains));
  }

  @Test
  void whatWasNotNotedIsNotKept() throws IOException {
    String name = name("a");
    StoreNotes notes = interrupted(name, 3);
    finish(name, notes.first(1), notes.remains().pieces().get(0).end());
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void withoutPiecesItIsBegunAnew() throws IOException {
    String name = name("a");
    StoreNotes notes = interrupted(name, 2);
    String before = notes.token();
    Remains none = notes.first(0);
    StoreNotes anew = new StoreNotes(none);
    try (PendingArchive pending = sink(false).resume(name, bound(), none, anew)) {
      assertThat(pending.keptBytes()).isZero();
      append(pending, SEGMENTS);
      pending.commit();
    }
    assertThat(anew.token()).isNotEqualTo(before);
    assertThat(stored(name)).hasValue(content());
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void keptBytesNeedNotBeMadeAgain() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    byte[] content = content();
    try (PendingArchive pending =
        sink(false).resume(name, bound(), remains, new StoreNotes(remains))) {
      int kept = Math.toIntExact(pending.keptBytes());
      pending.append(ByteBuffer.wrap(content, 0, 10));
      pending.skip(0);
      pending.skip(kept - 30);
      assertThatThrownBy(() -> pending.skip(21)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pending.skip(-1)).isInstanceOf(IllegalArgumentException.class);
      // The rest, and what is not kept, in one buffer.
      ByteBuffer rest = ByteBuffer.wrap(content, kept - 20, content.length - kept + 20);
      pending.append(rest);
      assertThat(rest.hasRemaining()).isFalse();
      assertThatThrownBy(() -> pending.skip(1)).isInstanceOf(IllegalArgumentException.class);
      pending.commit();
    }
    assertThat(stored(name)).hasValue(content);
  }

  @Test
  void archiveThatEndsBeforeItsKeptBytesIsNotCommitted() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    try (PendingArchive pending =
        sink(false).resume(name, bound(), remains, new StoreNotes(remains))) {
      pending.skip(pending.keptBytes() - 1);
      assertThatThrownBy(pending::commit)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(name);
    }
    assertThat(stored(name)).isEmpty();
    finish(name, remains, StoreNotes.end(remains));
  }

  @Test
  void nameThatWasTakenMeanwhileIsRefused() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    try (PendingArchive other = sink(false).begin(name)) {
      other.append(ByteBuffer.wrap(new byte[] {1}));
      other.commit();
    }
    assertThatThrownBy(
            () -> sink(false).resume(name, bound(), remains, new StoreNotes(remains)).close())
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(name);
    assertThat(stored(name)).hasValue(new byte[] {1});
    assertThat(sink(false).committed(name, remains)).isEmpty();
    try (PendingArchive pending =
        sink(true).resume(name, bound(), remains, new StoreNotes(remains))) {
      append(pending, SEGMENTS);
      pending.commit();
    }
    assertThat(stored(name)).hasValue(content());
  }

  @Test
  void committedArchiveIsFoundByItsToken() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    assertThat(sink(false).committed(name, remains)).isEmpty();
    StoreNotes notes = finish(name, remains, StoreNotes.end(remains));
    StoredArchive archive = sink(false).committed(name, notes.remains()).orElseThrow();
    assertThat(archive.sizeBytes()).isEqualTo(content().length);
    assertThat(archive.location()).contains(name);
    assertThatThrownBy(
            () -> sink(false).resume(name, bound(), remains, new StoreNotes(remains)).close())
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void discardLeavesNothing() throws IOException {
    String name = name("a");
    StoreNotes notes = interrupted(name, 2);
    assertThat(things()).isPositive();
    sink(false).discard(name, notes.token());
    assertThat(things()).isZero();
    sink(false).discard(name, notes.token());
    finish(name, notes.remains(), 0);
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void runThatNotedNothingLeavesNothing() throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name("a"), bound(), notes)) {
      append(pending, 0);
    }
    assertThat(notes.end()).isZero();
    assertThat(things()).isZero();
  }

  @Test
  void notesThatCannotBeMadeFailTheRun() throws IOException {
    for (boolean atOnce : List.of(true, false)) {
      String name = name("a" + atOnce);
      StoreLog full =
          new StoreLog() {
            @Override
            public void begun(String token) throws IOException {
              if (atOnce) {
                throw new IOException("notes: disk is full");
              }
            }

            @Override
            public void stored(long end, String receipt) throws IOException {
              throw new IOException("notes: disk is full");
            }
          };
      try (PendingArchive pending = sink(false).begin(name, bound(), full)) {
        assertThatThrownBy(
                () -> {
                  append(pending, SEGMENTS);
                  pending.commit();
                })
            .isInstanceOf(IOException.class)
            .hasMessage("notes: disk is full");
      }
      awaitQuiet();
      assertThat(stored(name)).isEmpty();
      assertThat(things()).isZero();
    }
  }

  @Test
  void remainsThatAreNotOfThisStoreAreRefusedAndNothingChanges() throws IOException {
    String name = name("a");
    Remains remains = interrupted(name, 2).remains();
    int things = things();
    Remains.Piece first = remains.pieces().get(0);
    List<Remains> wrong =
        List.of(
            new Remains("", remains.pieces()),
            new Remains("?", remains.pieces()),
            new Remains(remains.token(), List.of(new Remains.Piece(first.end(), ""))),
            new Remains(remains.token(), List.of(new Remains.Piece(first.end(), "x"))));
    for (Remains one : wrong) {
      assertThatThrownBy(() -> sink(false).resume(name, bound(), one, new StoreNotes()).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(name);
    }
    assertThatThrownBy(() -> sink(false).committed(name, new Remains("?", List.of())))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> sink(false).discard(name, "?")).isInstanceOf(IOException.class);
    assertThat(things()).isEqualTo(things);
    finish(name, remains, StoreNotes.end(remains));
  }

  @Test
  void anyAppendsAndAnyInterruptionsGiveTheSameBytes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String name = name("a");
    byte[] content = content(5 * segmentBytes() + random.nextInt(segmentBytes()), seed);
    ArchiveBound bound = new ArchiveBound(content.length, 10);
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name, bound, notes)) {
      append(pending, content, random.nextInt(content.length), random);
    }
    for (int run = 0; notes.token() != null; run++) {
      awaitQuiet();
      Remains remains = notes.remains();
      try (PendingArchive pending = sink(false).resume(name, bound, remains, notes)) {
        assertThat(pending.keptBytes()).as("seed %d", seed).isEqualTo(StoreNotes.end(remains));
        notes.keep(pending.keptBytes());
        append(pending, content, run < 4 ? random.nextInt(content.length) : content.length, random);
        if (run == 4) {
          pending.commit();
          assertThat(stored(name)).as("seed %d", seed).hasValue(content);
          assertThat(things()).isEqualTo(1);
          return;
        }
      }
    }
  }

  private void append(PendingArchive pending, byte[] content, int end, Random random)
      throws IOException {
    int at = 0;
    while (at < end) {
      int size = Math.min(end - at, 1 + random.nextInt(3 * segmentBytes() / 2));
      if (size <= pending.keptBytes() - at && random.nextBoolean()) {
        pending.skip(size);
      } else if (random.nextBoolean()) {
        pending.append(ByteBuffer.wrap(content, at, size), () -> {});
      } else {
        pending.append(ByteBuffer.wrap(content, at, size));
      }
      at += size;
    }
  }
}

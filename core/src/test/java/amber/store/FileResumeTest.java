package amber.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are kept for a later run. */
class FileResumeTest extends ResumableSinkContract {

  private static final int PIECE = 1 << 16;
  private static final ArchiveBound BOUND = new ArchiveBound(1 << 20, 16);

  @TempDir Path directory;

  @Override
  protected ResumableSink sink(boolean replace) {
    return new FileStore(replace, true, PIECE, file -> {});
  }

  @Override
  protected String name(String simple) {
    return directory.resolve(simple).toString();
  }

  @Override
  protected Optional<byte[]> stored(String name) throws IOException {
    Path file = Path.of(name);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  @Override
  protected int things() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return (int) files.count();
    }
  }

  @Override
  protected int segmentBytes() {
    return PIECE;
  }

  private StoreNotes interrupted(int pieces) throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name("a"), BOUND, notes)) {
      for (int piece = 0; piece < pieces; piece++) {
        pending.append(ByteBuffer.wrap(content(PIECE, piece)));
        notes.await((piece + 1L) * PIECE);
      }
    }
    return notes;
  }

  private Path hidden(StoreNotes notes) {
    return directory.resolve(notes.token());
  }

  private long kept(StoreNotes notes) throws IOException {
    Remains remains = notes.remains();
    try (PendingArchive pending =
        sink(false).resume(name("a"), BOUND, remains, new StoreNotes(remains))) {
      return pending.keptBytes();
    }
  }

  @Test
  void whatLiesBehindTheLastNoteIsWrittenAgain() throws IOException {
    StoreNotes notes = interrupted(2);
    Files.write(hidden(notes), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    assertThat(kept(notes)).isEqualTo(2L * PIECE);
    assertThat(Files.size(hidden(notes))).isEqualTo(2L * PIECE);
  }

  @Test
  void pieceThatIsNotAsNotedIsWrittenAgain() throws IOException {
    StoreNotes notes = interrupted(3);
    byte[] content = Files.readAllBytes(hidden(notes));
    content[2 * PIECE + 5] ^= 1;
    Files.write(hidden(notes), content);
    assertThat(kept(notes)).isEqualTo(2L * PIECE);
  }

  @Test
  void fileThatWasCutOffIsGoneOnWithBefore() throws IOException {
    StoreNotes notes = interrupted(3);
    byte[] content = Files.readAllBytes(hidden(notes));
    Files.write(hidden(notes), Arrays.copyOf(content, 2 * PIECE - 1));
    assertThat(kept(notes)).isEqualTo(PIECE);
  }

  @Test
  void fileThatIsGoneIsBegunAnew() throws IOException {
    StoreNotes notes = interrupted(2);
    Files.delete(hidden(notes));
    assertThat(kept(notes)).isZero();
    assertThat(things()).isZero();
  }

  @Test
  void runThatDiedWithBothNamesThereIsCommitted() throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name("a"), BOUND, notes)) {
      pending.append(ByteBuffer.wrap(content(10, 1)));
      pending.commit();
    }
    Files.createLink(hidden(notes), directory.resolve("a"));
    assertThat(sink(false).committed(name("a"), notes.remains())).isPresent();
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void anotherArchiveOfTheSameSizeIsNotTakenForTheRuns() throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = sink(false).begin(name("a"), BOUND, notes)) {
      pending.append(ByteBuffer.wrap(content(10, 1)));
      pending.commit();
    }
    Files.write(directory.resolve("a"), content(10, 2));
    assertThat(sink(false).committed(name("a"), notes.remains())).isEmpty();
  }

  @Test
  void checkThatFailsKeepsTheFileFromItsName() throws IOException {
    FileStore store =
        new FileStore(false, false)
            .checking(
                file -> {
                  assertThat(Files.size(file)).isEqualTo(10);
                  throw new IOException("for a test");
                });
    try (PendingArchive pending = store.begin(name("a"))) {
      pending.append(ByteBuffer.wrap(content(10, 1)));
      assertThatThrownBy(pending::commit).hasMessage("for a test");
    }
    assertThat(things()).isZero();
  }

  @Test
  void namesOfOtherFilesAreNoTokens() throws IOException {
    Files.write(directory.resolve(".b.0123456789abcdef.pending"), new byte[1]);
    for (String token :
        new String[] {
          ".b.0123456789abcdef.pending", ".a.0123456789abcdeg.pending", "../a", ".a.pending"
        }) {
      assertThatThrownBy(() -> sink(false).discard(name("a"), token))
          .as(token)
          .isInstanceOf(IOException.class);
    }
    assertThat(things()).isEqualTo(1);
  }
}

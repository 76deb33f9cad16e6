package amber.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every sink of archives promises. A new one extends this and says how to look inside it. */
public abstract class ArchiveSinkContract {

  /** A sink; all that one test asks for store in the same place. */
  protected abstract ArchiveSink sink(boolean replace);

  /** The name under which the sink stores what this test calls {@code simple}. */
  protected abstract String name(String simple);

  /** The bytes that everyone can read under that name. */
  protected abstract Optional<byte[]> stored(String name) throws IOException;

  /** How many things there are in the sink's place, visible or not. */
  protected abstract int things() throws IOException;

  @Test
  void committedArchiveHoldsWhatWasAppended() throws IOException {
    byte[] large = new byte[3 << 20];
    large[large.length - 1] = 7;
    String name = name("a");
    try (PendingArchive pending = sink(false).begin(name)) {
      pending.append(ByteBuffer.wrap(large));
      ByteBuffer direct = ByteBuffer.allocateDirect(10).put(bytes("-direct-")).flip();
      pending.append(direct);
      assertThat(direct.hasRemaining()).isFalse();
      direct.clear().put(bytes("again")).flip();
      pending.append(direct);
      pending.append(ByteBuffer.wrap(bytes("a slice")).slice(2, 5).asReadOnlyBuffer());
      pending.append(ByteBuffer.allocate(0));
      StoredArchive archive = pending.commit();
      assertThat(archive.sizeBytes()).isEqualTo(large.length + 18);
      assertThat(archive.location()).contains(name);
    }
    byte[] stored = stored(name).orElseThrow();
    assertThat(stored).startsWith(large).hasSize(large.length + 18);
    assertThat(new String(stored, large.length, 18, StandardCharsets.UTF_8))
        .isEqualTo("-direct-againslice");
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void buffersThatAreHandedOverAreReleasedOnceAndNotMoreAreKeptThanPromised() throws IOException {
    String name = name("a");
    int large = 6 << 20;
    int count = 12;
    AtomicInteger released = new AtomicInteger();
    try (PendingArchive pending =
        sink(false).begin(name, new ArchiveBound((long) count * large + 7, count))) {
      pending.append(ByteBuffer.wrap(bytes("-begin-")));
      for (int i = 0; i < count; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(large);
        // Small ones among the large: a store may treat them in another way.
        buffer.put(0, (byte) (i + 1)).limit(i % 4 == 3 ? 1 << 10 : large);
        pending.append(
            buffer,
            () -> {
              buffer.put(0, (byte) 99);
              released.incrementAndGet();
            });
        assertThat(i + 1 - released.get()).isBetween(0, pending.buffersKept());
      }
      pending.commit();
      assertThat(released).hasValue(count);
    }
    ByteBuffer stored = ByteBuffer.wrap(stored(name).orElseThrow());
    int at = 7;
    for (int i = 0; i < count; i++) {
      assertThat(stored.get(at)).as("first byte of buffer %d", i).isEqualTo((byte) (i + 1));
      at += i % 4 == 3 ? 1 << 10 : large;
    }
    assertThat(at).isEqualTo(stored.limit());
  }

  @Test
  void archiveWithoutBytesIsAnArchive() throws IOException {
    String name = name("a");
    try (PendingArchive pending = sink(false).begin(name)) {
      assertThat(pending.commit().sizeBytes()).isZero();
    }
    assertThat(stored(name)).hasValue(new byte[0]);
  }

  @Test
  void closeWithoutCommitLeavesNothing() throws IOException {
    String name = name("a");
    try (PendingArchive pending = sink(false).begin(name)) {
      pending.append(ByteBuffer.wrap(bytes("one")));
    }
    assertThat(stored(name)).isEmpty();
    assertThat(things()).isZero();
  }

  @Test
  void archiveIsInvisibleUntilItIsCommitted() throws IOException {
    String name = name("a");
    try (PendingArchive pending = sink(false).begin(name)) {
      pending.append(ByteBuffer.wrap(bytes("one")));
      assertThat(stored(name)).isEmpty();
      pending.commit();
      assertThat(stored(name)).hasValue(bytes("one"));
    }
  }

  @Test
  void closeMayBeCalledAgain() throws IOException {
    PendingArchive discarded = sink(false).begin(name("a"));
    discarded.close();
    discarded.close();
    assertThat(things()).isZero();
    PendingArchive committed = sink(false).begin(name("a"));
    committed.commit();
    committed.close();
    committed.close();
    assertThat(stored(name("a"))).isPresent();
  }

  @Test
  void takenNameIsRefusedAtTheBeginning() throws IOException {
    String name = name("a");
    store(sink(false), name, "one");
    assertThatThrownBy(() -> sink(false).begin(name))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(name);
    assertThat(stored(name)).hasValue(bytes("one"));
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void nameThatWasTakenMeanwhileIsRefusedAtCommit() throws IOException {
    String name = name("a");
    try (PendingArchive late = sink(false).begin(name)) {
      late.append(ByteBuffer.wrap(bytes("late")));
      store(sink(false), name, "first");
      assertThatThrownBy(late::commit)
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining(name);
    }
    assertThat(stored(name)).hasValue(bytes("first"));
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void replacingSinkReplacesAtCommitAndNotBefore() throws IOException {
    String name = name("a");
    store(sink(true), name, "old");
    try (PendingArchive pending = sink(true).begin(name)) {
      pending.append(ByteBuffer.wrap(bytes("new")));
      assertThat(stored(name)).hasValue(bytes("old"));
      pending.commit();
    }
    assertThat(stored(name)).hasValue(bytes("new"));
    try (PendingArchive discarded = sink(true).begin(name)) {
      discarded.append(ByteBuffer.wrap(bytes("never")));
    }
    assertThat(stored(name)).hasValue(bytes("new"));
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void pendingArchivesDoNotMix() throws IOException {
    try (PendingArchive one = sink(false).begin(name("a"));
        PendingArchive two = sink(false).begin(name("b"))) {
      one.append(ByteBuffer.wrap(bytes("1")));
      two.append(ByteBuffer.wrap(bytes("2")));
      one.append(ByteBuffer.wrap(bytes("1")));
      two.commit();
      one.commit();
    }
    assertThat(stored(name("a"))).hasValue(bytes("11"));
    assertThat(stored(name("b"))).hasValue(bytes("2"));
  }

  @Test
  void exactlyOneOfManyCommitsOfANameWins() throws Exception {
    int rivals = 8;
    for (int round = 0; round < 20; round++) {
      String name = name("a" + round);
      CyclicBarrier start = new CyclicBarrier(rivals);
      List<Callable<Optional<String>>> commits = new ArrayList<>();
      for (int i = 0; i < rivals; i++) {
        String content = "rival " + i;
        commits.add(
            () -> {
              try (PendingArchive pending = sink(false).begin(name)) {
                pending.append(ByteBuffer.wrap(bytes(content)));
                start.await();
                pending.commit();
                return Optional.of(content);
              } catch (FileAlreadyExistsException e) {
                return Optional.empty();
              }
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(rivals);
      List<String> winners = new ArrayList<>();
      try {
        for (Future<Optional<String>> commit : threads.invokeAll(commits)) {
          commit.get().ifPresent(winners::add);
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(winners).hasSize(1);
      assertThat(stored(name)).hasValue(bytes(winners.get(0)));
      assertThat(things()).isEqualTo(round + 1);
    }
  }

  private static void store(ArchiveSink sink, String name, String content) throws IOException {
    try (PendingArchive pending = sink.begin(name)) {
      pending.append(ByteBuffer.wrap(bytes(content)));
      pending.commit();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

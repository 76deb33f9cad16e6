package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.PendingPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopierTest {

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @TempDir private Path directory;

  private final MemoryStore store = leaks.watch(new MemoryStore());

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private ArchiveSource source(byte[] content) throws IOException {
    Path file = directory.resolve("source.bin");
    Files.write(file, content);
    return FileStore.open(file);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 << 20, (40 << 20) + 7})
  void copyHasTheBytesOfItsSource(int size) throws IOException {
    byte[] content = content(size);
    CRC32C sum = new CRC32C();
    AtomicLong copied = new AtomicLong();
    try (ArchiveSource source = source(content)) {
      new Copier(2, copied::addAndGet)
          .copy(source, store, "copy", sum, () -> assertThat(store.bytes("copy")).isEmpty());
    }
    assertThat(store.bytes("copy")).hasValue(content);
    CRC32C expected = new CRC32C();
    expected.update(content);
    assertThat(sum.getValue()).isEqualTo(expected.getValue());
    assertThat(copied).hasValue(size);
  }

  @Test
  void copyThatIsNotAsItShouldBeIsNotSeen() throws IOException {
    try (ArchiveSource source = source(content(10))) {
      assertThatThrownBy(
              () ->
                  new Copier(2, n -> {})
                      .copy(
                          source,
                          store,
                          "copy",
                          new CRC32C(),
                          () -> {
                            throw new IOException("no");
                          }))
          .hasMessage("no");
    }
    assertThat(store.bytes("copy")).isEmpty();
  }

  @Test
  void sourceThatCannotBeReadLeavesNothing() throws IOException {
    ArchiveSource broken =
        new ArchiveSource() {
          @Override
          public String location() {
            return "broken";
          }

          @Override
          public long sizeBytes() {
            return 100L << 20;
          }

          @Override
          public void read(long position, ByteBuffer target) throws IOException {
            if (position > 0) {
              throw new IOException("broken: byte " + position);
            }
            target.position(target.limit());
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(
            () -> new Copier(3, n -> {}).copy(broken, store, "copy", new CRC32C(), () -> {}))
        .hasMessage("broken: byte 16777216");
    assertThat(store.bytes("copy")).isEmpty();
  }

  @Test
  void largestArchiveHasFewEnoughPieces() {
    assertThat(Copier.bound(0).segments()).isZero();
    assertThat(Copier.bound(9_000L * (16 << 20)).segments()).isEqualTo(9_000);
    assertThat(Copier.bound((312L << 30)).segments()).isEqualTo(9_984);
    assertThat(Copier.bound(1L << 40)).extracting("bytes").isEqualTo(1L << 40);
  }

  @Test
  void fileThatSomebodyElseWritesGetsItsNameWhenItIsWhole() throws IOException {
    Path target = directory.resolve("a.bin");
    FileStore files = new FileStore(false, true);
    try (PendingPath pending = files.reserve(target.toString())) {
      Files.write(pending.path(), content(10));
      assertThat(target).doesNotExist();
      pending.commit();
    }
    assertThat(target).hasBinaryContent(content(10));
    assertThatThrownBy(() -> files.reserve(target.toString()))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (PendingPath pending = new FileStore(true, false).reserve(target.toString())) {
      Files.write(pending.path(), content(20));
    }
    assertThat(target).hasBinaryContent(content(10));
    assertThat(directory.toFile().list()).containsExactly("a.bin");
  }

  @Test
  void progressOfACopyIsCountedInBlocks() {
    Progress progress = new Progress();
    var copying = progress.copying((1 << 20) + 1);
    assertThat(progress.snapshot().totalBlocks()).isEqualTo(3);
    copying.accept(500_000);
    copying.accept(100_000);
    assertThat(progress.snapshot().blocks()).isEqualTo(1);
    copying.accept((1 << 20) + 1 - 600_000);
    assertThat(progress.snapshot().blocks()).isEqualTo(3);
  }
}

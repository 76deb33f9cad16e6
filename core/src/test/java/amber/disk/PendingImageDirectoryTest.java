package amber.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockSet;
import amber.block.BlockSink;
import amber.block.BlockSinkContract;
import amber.block.BlockSource;
import amber.block.PendingVolume;
import amber.fixture.GeneratedVolume;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingImageDirectoryTest extends BlockSinkContract {

  @TempDir Path parent;
  private PendingImageDirectory pending;

  @Override
  protected BlockSink sink() throws IOException {
    pending = PendingImageDirectory.begin(parent.resolve("image"), false, false);
    return pending;
  }

  @Override
  protected Optional<byte[]> committed(int number) throws IOException {
    Path file = parent.resolve("image").resolve(Volume.fileName(number));
    assertThat(file).doesNotExist();
    pending.commit();
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  @AfterEach
  void nothingIsLeftBeside() throws IOException {
    if (pending != null) {
      pending.close();
    }
    try (Stream<Path> files = Files.list(parent)) {
      assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("image", "other");
    }
  }

  @Test
  void absentBlocksAreHolesAndZeroBlocksAreNot() throws IOException {
    long sizeBytes = 20L * Block.SIZE;
    GeneratedVolume zeros = new GeneratedVolume(0, sizeBytes, GeneratedVolume.blocks(4, 3), 100, 0);
    try (PendingVolume volume = sink().begin(0, sizeBytes)) {
      for (int index = 4; index < 7; index++) {
        byte[] content = zeros.content(index);
        volume.write(index, ByteBuffer.wrap(content), BlockDigest.zeroBlock());
      }
      volume.commit();
    }
    Path file = pending.commit().resolve(Volume.fileName(0));
    try (BlockSource restored = RawDisk.open(file)) {
      assertThat(restored.listed()).isEqualTo(new BlockSet.Builder().add(4, 3).build());
    }
  }

  @Test
  void directoryThatWasMadeMeanwhileIsKept() throws IOException {
    sink();
    Path taken = Files.createDirectory(parent.resolve("image"));
    Files.writeString(taken.resolve("manifest.json"), "first");
    assertThatThrownBy(pending::commit)
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("image");
    assertThat(taken.resolve("manifest.json")).hasContent("first");
  }

  @Test
  void takenNameIsRefusedAtTheBeginning() throws IOException {
    Path taken = Files.createDirectory(parent.resolve("image"));
    Files.writeString(taken.resolve("volume-00.raw"), "first");
    assertThatThrownBy(this::sink).isInstanceOf(FileAlreadyExistsException.class);
    Files.writeString(parent.resolve("other"), "a file");
    assertThatThrownBy(() -> PendingImageDirectory.begin(parent.resolve("other"), true, false))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void onlyAnImageIsReplaced() throws IOException {
    Path taken = Files.createDirectory(parent.resolve("image"));
    Files.writeString(taken.resolve("volume-00.raw"), "old");
    try (PendingImageDirectory replacing = PendingImageDirectory.begin(taken, true, true)) {
      replacing.writeManifest(new byte[] {'n'});
      assertThat(taken.resolve("volume-00.raw")).hasContent("old");
      replacing.commit();
    }
    assertThat(taken.resolve("manifest.json")).hasContent("n");
    assertThat(taken.resolve("volume-00.raw")).doesNotExist();
    Files.writeString(taken.resolve("thesis.tex"), "years");
    assertThatThrownBy(() -> PendingImageDirectory.begin(taken, true, false))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("thesis.tex");
  }

  @Test
  void emptyDirectoryMayBeThere() throws IOException {
    Files.createDirectory(parent.resolve("image"));
    sink();
    pending.writeManifest(new byte[0]);
    assertThat(pending.commit().resolve("manifest.json")).exists();
  }

  @Test
  void missingParentIsNamed() {
    Path nowhere = parent.resolve("missing/image");
    assertThatThrownBy(() -> PendingImageDirectory.begin(nowhere, false, false))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(parent.resolve("missing").toString());
  }

  @Test
  void missingSpaceIsSaid() throws IOException {
    sink();
    pending.requireSpace(1);
    assertThatThrownBy(() -> pending.requireSpace(Long.MAX_VALUE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("image")
        .hasMessageContaining("bytes are free");
  }

  @Test
  void writeAfterTheEndFailsAndNamesTheVolume() throws IOException {
    PendingVolume volume = sink().begin(3, Block.SIZE);
    volume.commit();
    assertThatThrownBy(() -> volume.write(0, ByteBuffer.allocate(Block.SIZE), new byte[32]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("volume-03.raw");
  }

  @Test
  void exactlyOneOfManyCommitsOfANameWins() throws Exception {
    int rivals = 8;
    for (int round = 0; round < 60; round++) {
      Path target = parent.resolve("image/" + round);
      Files.createDirectories(target.getParent());
      CyclicBarrier start = new CyclicBarrier(rivals);
      List<Callable<Integer>> commits = new ArrayList<>();
      for (int i = 0; i < rivals; i++) {
        byte[] content = {(byte) ('0' + i)};
        commits.add(
            () -> {
              try (PendingImageDirectory rival =
                  PendingImageDirectory.begin(target, false, false)) {
                rival.writeManifest(content);
                start.await();
                rival.commit();
                return 1;
              } catch (FileAlreadyExistsException e) {
                return 0;
              }
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(rivals);
      int winners = 0;
      try {
        for (Future<Integer> commit : threads.invokeAll(commits)) {
          winners += commit.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(winners).isEqualTo(1);
      try (Stream<Path> files = Files.list(target.getParent())) {
        assertThat(files.count()).isEqualTo(round + 1);
      }
    }
  }
}

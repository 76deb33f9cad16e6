package amber.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.block.BlockSourceContract;
import amber.block.SourceChangedException;
import amber.image.InvalidImageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawDiskTest extends BlockSourceContract {

  private static final long SIZE_BYTES = 9L * Block.SIZE + 512;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("disk.img");
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(SIZE_BYTES);
      for (int index : new int[] {1, 2, 4, 9}) {
        disk.seek(Block.offset(index));
        disk.write(expected(index), 0, Block.length(index, SIZE_BYTES));
      }
    }
  }

  @Override
  protected BlockSource open() throws IOException {
    return RawDisk.open(file);
  }

  @Override
  protected BlockSet expectedListed() {
    return new BlockSet.Builder().add(1, 2).add(4, 1).add(9, 1).build();
  }

  @Override
  protected byte[] expected(int index) {
    byte[] content = new byte[Block.SIZE];
    if (index != 2) {
      byte[] noise = new byte[Block.length(index, SIZE_BYTES)];
      new Random(index).nextBytes(noise);
      System.arraycopy(noise, 0, content, 0, noise.length);
    }
    return content;
  }

  @Test
  void blockIsListedIfAnyByteOfItLiesInNoHole() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.seek(Block.offset(7) - 1);
      disk.write(1);
      disk.seek(Block.offset(8));
      disk.write(0);
    }
    try (BlockSource source = open()) {
      assertThat(source.listed())
          .isEqualTo(new BlockSet.Builder().add(1, 2).add(4, 1).add(6, 1).add(8, 2).build());
    }
  }

  @Test
  void writeWhileItIsReadIsNoticed() throws IOException {
    try (BlockSource source = open()) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
      assertThatThrownBy(source::confirmUnchanged)
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void newSizeIsNoticed() throws IOException {
    try (BlockSource source = open();
        RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(SIZE_BYTES - Block.SIZE);
      assertThatThrownBy(source::confirmUnchanged)
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining(file.toString());
      try (BlockReader reader = source.read(new int[] {9})) {
        assertThatThrownBy(() -> reader.next(ByteBuffer.allocate(Block.SIZE)))
            .isInstanceOf(SourceChangedException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 511, 513, Block.SIZE + 1})
  void fileThatIsNoWholeNumberOfSectorsIsNoDisk(long sizeBytes) throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(sizeBytes);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(sizeBytes + " bytes");
  }

  @Test
  void missingFileAndDirectoryAreNamed() {
    assertThatThrownBy(() -> RawDisk.open(directory.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> RawDisk.open(directory))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void readAfterCloseFailsAndNamesTheDisk() throws IOException {
    BlockSource source = open();
    BlockReader reader = source.read(new int[] {1});
    source.close();
    assertThatThrownBy(() -> reader.next(ByteBuffer.allocate(Block.SIZE)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
    reader.close();
  }
}

package amber.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockNotes;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.ResumableBlockSink.Kept;
import amber.block.ResumableBlockSinkContract;
import amber.block.VolumeRemains;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image directory that stays when a run ends. */
class KeptImageDirectoryTest extends ResumableBlockSinkContract {

  @TempDir Path parent;
  private PendingImageDirectory pending;

  @Override
  protected ResumableBlockSink sink() throws IOException {
    pending = PendingImageDirectory.keeping(parent.resolve("image"), false, true);
    return pending;
  }

  @Override
  protected Optional<byte[]> committed(int number) throws IOException {
    Path file = pendingFiles().get(0).resolve(Volume.fileName(number));
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  @Override
  protected int things() throws IOException {
    return pendingFiles().size();
  }

  private List<Path> pendingFiles() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.filter(file -> file.toString().endsWith(".pending")).toList();
    }
  }

  private BlockNotes volume(PendingImageDirectory directory, int number) throws IOException {
    BlockNotes notes = new BlockNotes();
    try (PendingVolume volume = directory.begin(number, Block.SIZE, notes)) {
      byte[] zeros = new byte[Block.SIZE];
      volume.write(0, ByteBuffer.wrap(zeros), BlockDigest.zeroBlock(), notes.arrival(0));
      volume.commit();
    }
    return notes;
  }

  @Test
  void volumesOfOneDirectoryStayTogether() throws IOException {
    sink();
    List<BlockNotes> notes = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      notes.add(volume(pending, number));
    }
    sink();
    for (int number = 0; number < 3; number++) {
      BlockNotes later = new BlockNotes(notes.get(number));
      var resumed = pending.resume(number, Block.SIZE, later.remains(), later);
      assertThat(resumed.kept()).isEqualTo(Kept.ALL);
      resumed.volume().commit();
    }
    pending.writeManifest(new byte[] {'n'});
    // An earlier run may have come so far.
    pending.writeManifest(new byte[] {'m'});
    Path image = pending.commit();
    assertThat(image.resolve("manifest.json")).hasContent("m");
    assertThat(image.resolve(Volume.fileName(2))).exists();
    assertThat(things()).isZero();
  }

  @Test
  void discardOfTheLastVolumeRemovesTheDirectory() throws IOException {
    sink();
    BlockNotes zero = volume(pending, 0);
    BlockNotes one = volume(pending, 1);
    pending.writeManifest(new byte[] {'m'});
    pending.close();
    PendingImageDirectory left = PendingImageDirectory.leftOf(parent.resolve("image"));
    left.discard(0, zero.remains());
    assertThat(things()).isEqualTo(1);
    left.discard(1, one.remains());
    assertThat(things()).isZero();
  }

  @Test
  void nothingIsTouchedButWhatMayBePending() throws IOException {
    Path other = Files.createDirectory(parent.resolve("other"));
    Path file = Files.writeString(other.resolve(Volume.fileName(0)), "mine");
    for (Path noted :
        List.of(file, parent.resolve(".other.0123456789abcdef.pending/volume-00.raw"))) {
      VolumeRemains remains = new VolumeRemains(noted.toString(), Optional.empty());
      PendingImageDirectory left = PendingImageDirectory.leftOf(parent.resolve("image"));
      assertThatThrownBy(() -> left.discard(0, remains))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("should be beside it");
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void publicationIsRecognised() throws IOException {
    sink();
    volume(pending, 0);
    String[] note = new String[1];
    pending.commit(Optional.empty(), told -> note[0] = told);
    Path image = parent.resolve("image");
    assertThat(PendingImageDirectory.isCommitted(image, note[0])).isTrue();
    Files.move(image, parent.resolve("aside"));
    assertThat(PendingImageDirectory.isCommitted(image, note[0])).isFalse();
    Files.createDirectory(image);
    assertThat(PendingImageDirectory.isCommitted(image, note[0])).isFalse();
  }

  @Test
  void directoryThatSteppedAsideIsRemovedOrComesBack() throws IOException {
    Path image = Files.createDirectory(parent.resolve("image"));
    Files.writeString(image.resolve("manifest.json"), "old");
    String[] note = new String[1];
    try (PendingImageDirectory first = PendingImageDirectory.keeping(image, true, false)) {
      volume(first, 0);
      assertThatThrownBy(
              () ->
                  first.commit(
                      Optional.empty(),
                      told -> {
                        note[0] = told;
                        throw new IllegalStateException("killed");
                      }))
          .hasMessage("killed");
    }
    // Killed between its two renames.
    Path old = Path.of(note[0].substring(note[0].indexOf(" replaces ") + 10));
    Files.move(image, old);
    PendingImageDirectory.restore(image, note[0]);
    assertThat(image.resolve("manifest.json")).hasContent("old");
    Files.move(image, old);
    try (PendingImageDirectory second = PendingImageDirectory.keeping(image, true, false)) {
      volume(second, 0);
      second.commit(Optional.of(note[0]), told -> {});
    }
    assertThat(old).doesNotExist();
    assertThat(image.resolve(Volume.fileName(0))).exists();
  }
}

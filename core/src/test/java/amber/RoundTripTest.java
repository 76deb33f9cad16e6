package amber;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.disk.ImageDirectory;
import amber.disk.PendingImageDirectory;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
  @TempDir Path dir;

  @Test
  void smoke() throws Exception {
    Path disk = dir.resolve("disk.img");
    try (RandomAccessFile f = new RandomAccessFile(disk.toFile(), "rw")) {
      f.setLength((300L << 20) + 512);
      byte[] data = new byte[3 << 20];
      new Random(1).nextBytes(data);
      f.seek(5 << 20);
      f.write(data);
      f.seek(100 << 20);
      f.write(new byte[80 << 20]);
      f.seek(300L << 20);
      f.write(new byte[512]);
    }
    Path bin = dir.resolve("disk.bin");
    try (ImageDirectory image = ImageDirectory.ofDisk(disk)) {
      Packer packer = new Packer(PackOptions.DEFAULT, new Progress());
      Plan plan =
          packer.plan(
              image.image(), image.manifest(), image.sources(), l -> ArchiveStamp.now("test"));
      packer.pack(plan, image.sources(), new FileStore(false, false), bin.toString());
    }
    try (ArchiveSource source = FileStore.open(bin)) {
      ArchiveReader archive = ArchiveReader.open(source);
      new Verifier(2, new Progress()).verify(archive);
      try (PendingImageDirectory out =
          PendingImageDirectory.begin(dir.resolve("out"), false, false)) {
        new Unpacker(2, new Progress()).unpack(archive, out);
        out.writeManifest(archive.index().manifest());
        out.commit();
      }
    }
    assertThat(Files.mismatch(disk, dir.resolve("out/volume-00.raw"))).isEqualTo(-1);
  }
}

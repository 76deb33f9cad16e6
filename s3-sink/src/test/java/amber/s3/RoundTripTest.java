package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryVolumes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RoundTripTest {

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final MockS3 s3 = MockS3.get();

  @Test
  void imageComesBackFromS3AsItWas() throws IOException {
    // Segments of 8 MiB that do not compress, so that parts are sent from their buffers; others
    // that
    // are small, and are joined.
    List<GeneratedVolume> volumes =
        List.of(
            new GeneratedVolume(1, 90L * Block.SIZE, GeneratedVolume.blocks(0, 90), 0, Block.SIZE),
            GeneratedVolume.mixed(2, 70L * Block.SIZE + 512),
            GeneratedVolume.absent(1L << 30));
    Geometry geometry = new Geometry(8, 16);
    S3Location location = new S3Location(s3.newBucket(), "ami-0123456789abcdef0.bin");
    byte[] expected = Archives.pack(Archives.options(2, geometry), volumes);
    try (S3Endpoint endpoint = MockS3.connect(s3.endpoint(), MockS3.QUICK)) {
      Archives.pack(
          Archives.options(2, geometry),
          volumes,
          endpoint.store(S3Settings.DEFAULT),
          location.toString());
      assertThat(s3.uploads(location.bucket())).isZero();
      assertThat(s3.bytes(location)).hasValue(expected);
      Archives.verify(endpoint.open(location), 2);
      MemoryVolumes restored = leaks.watch(new MemoryVolumes());
      Archives.unpack(endpoint.open(location), 2, restored);
      assertThat(restored.differenceTo(volumes)).isEmpty();
    }
  }
}

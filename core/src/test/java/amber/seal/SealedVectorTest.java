package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.fixture.Seals;
import amber.fixture.Seals.Piece;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A sealed archive that must stay readable for ever. */
class SealedVectorTest {

  private static final String PLAIN = "/vectors/incompressible.bin";
  private static final String SEALED = "/sealed-vectors/incompressible.bin";
  private static final String PASSPHRASE = "amber vector";
  private static final int SMALL_PIECE = 1000;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SealedVectorTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] made() throws IOException {
    byte[] plain = resource(PLAIN);
    Crypto crypto = new Crypto(Optional.empty(), new FixedRandom());
    Sealing sealing = Sealing.to(Seals.ID, List.of(Seals.passphrase(PASSPHRASE)), crypto);
    int end = plain.length - SMALL_PIECE;
    return Seals.seal(
        sealing,
        List.of(
            new Piece(Arrays.copyOf(plain, SMALL_PIECE), false),
            new Piece(Arrays.copyOfRange(plain, SMALL_PIECE, end), true),
            new Piece(Arrays.copyOfRange(plain, end, plain.length), false)));
  }

  /** CMS pads a wrapped key with random bytes of its own, so that no two envelopes are the same. */
  @Test
  void writerMakesTheSameSegmentsAgain() throws IOException {
    assumeTrue(System.getProperty("amber.test.provider") == null, "made with the JDK's ciphers");
    byte[] made = made();
    if (Boolean.getBoolean("vectors.write")) {
      Path file = Path.of("src/test/resources" + SEALED);
      Files.createDirectories(file.getParent());
      Files.write(file, made);
    }
    List<byte[]> frames = SealedDamageTest.frames(made);
    List<byte[]> expected = SealedDamageTest.frames(resource(SEALED));
    assertThat(frames).hasSameSizeAs(expected);
    for (int i = 1; i < frames.size() - 1; i++) {
      assertThat(frames.get(i)).as("frame %d", i).isEqualTo(expected.get(i));
    }
  }

  @Test
  void readerOpensTheVector() throws IOException {
    try (ArchiveSource opened = Seals.open(resource(SEALED), Seals.knowing(PASSPHRASE))) {
      ByteBuffer all = ByteBuffer.allocate((int) opened.sizeBytes());
      opened.read(0, all);
      assertThat(all.array()).isEqualTo(resource(PLAIN));
    }
  }
}

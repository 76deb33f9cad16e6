package amber.system;

import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import amber.image.Manifest;
import amber.image.Volume;
import amber.seal.KeyFile;
import amber.seal.PassphraseSource;
import amber.seal.Recipient;
import amber.seal.SealedSink;
import amber.seal.Signer;
import amber.store.FileStore;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sealed and signed archives as a second program reads them: src/test/resources/second_reader.py.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StockToolsSealedReaderTest {

  private static final String PASSPHRASE = "correct horse";
  private static final int VOLUMES = 2;

  // Small segments, so that there are several of each kind.
  private static final PackOptions OPTIONS = new PackOptions(3, 2, new Geometry(1, 2));

  @TempDir private static Path shared;

  private static Path image;

  @TempDir private Path directory;

  @BeforeAll
  static void makeAnImage() throws IOException {
    StockTools.require("python3", "zstd", "openssl");
    image =
        new DirectoryBuilder(shared.resolve("image"))
            .volume(8L * Block.SIZE, Fill.TEXT, List.of(0, 1, 4, 7))
            .volume(Block.SIZE + Volume.SECTOR, Fill.RANDOM, List.of(0, 1))
            .build();
  }

  private Path packed(Optional<Signer> signer, Recipient... recipients) throws IOException {
    Path archive = directory.resolve("archive.bin");
    FileStore store = new FileStore(false, false);
    StockToolsImages.pack(
        image,
        archive,
        OPTIONS,
        recipients.length == 0 ? store : SealedSink.of(store, Seals.to(recipients)),
        signer);
    return archive;
  }

  private StockTools.Result read(Path archive, Object... options) throws Exception {
    Path target = Files.createTempDirectory(directory, "restored");
    List<Object> arguments =
        new ArrayList<>(List.of(StockTools.script("second_reader.py"), archive, target));
    arguments.addAll(Arrays.asList(options));
    StockTools.Result result = StockTools.tryShell("python3 \"$@\"", arguments.toArray());
    if (result.exit() == 0) {
      assertWhole(target);
    } else {
      assertThat(target.resolve(Manifest.FILE)).doesNotExist();
    }
    return result;
  }

  private static void assertWhole(Path restored) throws IOException {
    for (int number = 0; number < VOLUMES; number++) {
      String name = Volume.fileName(number);
      assertThat(Files.mismatch(restored.resolve(name), image.resolve(name))).isEqualTo(-1);
    }
    assertThat(restored.resolve(Manifest.FILE))
        .hasSameBinaryContentAs(image.resolve(Manifest.FILE));
  }

  private void assertRefused(StockTools.Result result, String... says) {
    assertThat(result.exit()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).startsWith("second_reader.py: error: ").contains(says);
  }

  /** The options of whoever has this key. */
  private Object[] identity(Authority holder) throws IOException {
    Path key = Files.writeString(directory.resolve("key.pem"), KeyFiles.key(holder));
    Path certificate = KeyFiles.bundle(directory.resolve("certificate.pem"), holder.certificate());
    return new Object[] {"--identity", key, certificate};
  }

  private Object[] passphrase(String text) throws IOException {
    return new Object[] {
      "--passphrase-file", Files.writeString(directory.resolve("passphrase"), text + "\n")
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "P-256", "P-384"})
  void itOpensWhatIsSealedToACertificate(String kind) throws Exception {
    Authority holder = Seals.holder("ops", kind);
    Path archive = packed(Optional.empty(), Seals.recipient(holder));
    read(archive, identity(holder)).requireSuccess();
    assertRefused(read(archive), "the archive is sealed");
    assertRefused(read(archive, identity(Seals.holder("other", kind))), "not for this key");
  }

  @Test
  void itOpensWhatIsSealedToAPassphraseAndOthers() throws Exception {
    Recipient other = Seals.recipient(Seals.holder("other", "P-256"));
    Path archive = packed(Optional.empty(), other, Seals.passphrase(PASSPHRASE));
    read(archive, passphrase(PASSPHRASE)).requireSuccess();
    assertRefused(read(archive, passphrase("wrong horse")), "not for this key");
  }

  @Test
  void itChecksWhoSignedInsideTheSealAndWithoutOne() throws Exception {
    Authority root = Authority.root("Root");
    Path key = KeyFiles.pem(directory.resolve("signer.pem"), root.signer("Signer", "P-384"));
    Optional<Signer> signer = Optional.of(Signer.of(KeyFile.read(key, PassphraseSource.NONE)));
    Path trust = KeyFiles.bundle(directory.resolve("trust.pem"), root.certificate());
    Path others =
        KeyFiles.bundle(directory.resolve("others.pem"), Authority.root("Root").certificate());
    Path archive = packed(signer);
    read(archive, "--trust", trust).requireSuccess();
    assertRefused(read(archive, "--trust", others), "signature: ");
    Files.delete(archive);
    archive = packed(signer, Seals.passphrase(PASSPHRASE));
    Object[] opened = passphrase(PASSPHRASE);
    read(archive, opened[0], opened[1], "--trust", trust).requireSuccess();
    assertRefused(read(archive, opened[0], opened[1], "--trust", others), "signature: ");
    Files.delete(archive);
    archive = packed(Optional.empty());
    read(archive).requireSuccess();
    assertRefused(read(archive, "--trust", trust), "is not signed");
    assertRefused(read(archive, opened), "is not sealed, and should be");
  }

  @Test
  void itRefusesAFlippedByteWhereverItIs() throws Exception {
    Authority holder = Seals.holder("ops", "P-256");
    Path archive = packed(Optional.empty(), Seals.recipient(holder));
    byte[] bytes = Files.readAllBytes(archive);
    Object[] options = identity(holder);
    Path damaged = directory.resolve("damaged.bin");
    for (int at = 5; at < bytes.length; at += bytes.length / 12) {
      assertDamageIsFound(bytes, at, damaged, options);
    }
    // The map, which lies before the locator, and the locator.
    assertDamageIsFound(bytes, bytes.length - 256 - 20, damaged, options);
    assertDamageIsFound(bytes, bytes.length - 256 + 60, damaged, options);
    assertDamageIsFound(bytes, bytes.length - 1, damaged, options);
  }

  private void assertDamageIsFound(byte[] bytes, int at, Path damaged, Object... options)
      throws Exception {
    byte[] changed = bytes.clone();
    changed[at] ^= 0x10;
    assertRefused(read(Files.write(damaged, changed), options), "error: ");
  }
}

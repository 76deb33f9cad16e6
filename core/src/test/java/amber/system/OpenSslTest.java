package amber.system;

import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.Authority;
import amber.fixture.GeneratedVolume;
import amber.fixture.KeyFiles;
import amber.seal.KeyFile;
import amber.seal.PassphraseSource;
import amber.seal.Signer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures are checked without Amber, by tar, zstd and OpenSSL, as docs/security.md says. */
class OpenSslTest {

  private static final PackOptions OPTIONS = Archives.options(1, new Geometry(1, 2));

  @TempDir private Path directory;

  private Authority unpackSigned(String kind) throws Exception {
    StockTools.require("openssl", "tar", "zstd");
    Authority root = Authority.root("Root");
    Authority whose = root.authority("Below").signer("Signer", kind);
    Path key = KeyFiles.pem(directory.resolve("signer.pem"), whose);
    Signer signer = Signer.of(KeyFile.read(key, PassphraseSource.NONE));
    List<GeneratedVolume> volumes = List.of(GeneratedVolume.full(1, 2L * Block.SIZE));
    byte[] archive = Archives.packSigned(OPTIONS, volumes, signer);
    Path file = Files.write(directory.resolve("disk.bin"), archive);
    KeyFiles.bundle(directory.resolve("trust.pem"), root.certificate());
    StockTools.shell(
        "tar --zstd -xSf \"$1\" -C \"$2\" seal.json seal.p7s manifest.json", file, directory);
    return whose;
  }

  private StockTools.Result verify() throws Exception {
    return StockTools.tryShell(
        "cd \"$1\" && openssl cms -verify -binary -inform DER -in seal.p7s -content seal.json"
            + " -CAfile trust.pem -out /dev/null",
        directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "RSA"})
  void opensslChecksTheSignature(String kind) throws Exception {
    unpackSigned(kind);
    verify().requireSuccess();
    StockTools.shell("cd \"$1\" && sed -i 's/amber/Amber/' seal.json", directory);
    assertThat(verify().exit()).isNotZero();
  }

  @Test
  void opensslSignsNothingThatAnotherRootVouchesFor() throws Exception {
    unpackSigned("P-384");
    KeyFiles.bundle(directory.resolve("trust.pem"), Authority.root("Root").certificate());
    assertThat(verify().exit()).isNotZero();
  }

  @Test
  void sealNamesTheManifestThatTarGave() throws Exception {
    unpackSigned("P-256");
    StockTools.shell(
        "cd \"$1\" && grep -q \"$(sha256sum < manifest.json | cut -c -64)\" seal.json", directory);
  }
}

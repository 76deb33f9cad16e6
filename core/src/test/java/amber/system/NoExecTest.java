package amber.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.archive.ArchiveReader;
import amber.block.Block;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native parts of zstd-jni and JNA are unpacked to a temporary directory, from which some
 * systems run nothing.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NoExecTest {

  @TempDir Path dir;

  private Path noexec;
  private Path executable;
  private Path image;
  private Path archive;

  @BeforeEach
  void mount() throws Exception {
    StockTools.requireRoot();
    StockTools.require("mount", "umount");
    Path point = Files.createDirectory(dir.resolve("noexec"));
    StockTools.Result result =
        StockTools.tryShell("mount -t tmpfs -o noexec,size=64m tmpfs \"$1\"", point);
    assumeTrue(result.exit() == 0, "this system mounts nothing: " + result.err());
    noexec = point;
    executable = Files.createDirectory(dir.resolve("executable"));
    image =
        new DirectoryBuilder(dir.resolve("image"))
            .volume(8L * Block.SIZE, Fill.TEXT, List.of(1, 2))
            .build();
    archive = dir.resolve("image.bin");
  }

  @AfterEach
  void unmount() throws Exception {
    if (noexec != null) {
      StockTools.run("umount", noexec.toString());
    }
  }

  @Test
  void failureNamesTheFileThatMayNotBeLoaded() throws Exception {
    StockTools.Result result = pack(List.of("-Djava.io.tmpdir=" + noexec));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("zstd").contains(noexec.toString());
    assertThat(archive).doesNotExist();
  }

  @Test
  void propertiesOfTheLibrariesNameAnotherDirectory() throws Exception {
    pack(List.of(
            "-Djava.io.tmpdir=" + noexec,
            "-DZstdTempFolder=" + executable,
            "-Djna.tmpdir=" + executable))
        .requireSuccess();
    StockToolsImages.verify(archive);
    requireHolesWereFound();
  }

  @Test
  void environmentVariableNamesAnotherDirectory() throws Exception {
    String options = "-DZstdTempFolder=%s -Djna.tmpdir=%s".formatted(executable, executable);
    run(Map.of("JAVA_TOOL_OPTIONS", options), List.of("-Djava.io.tmpdir=" + noexec))
        .requireSuccess();
    requireHolesWereFound();
  }

  @Test
  void withoutJnaEveryBlockIsListed() throws Exception {
    pack(List.of("-Djna.tmpdir=" + noexec)).requireSuccess();
    StockToolsImages.unpack(archive, dir.resolve("out"));
    assertThat(Files.mismatch(image.resolve("volume-00.raw"), dir.resolve("out/volume-00.raw")))
        .isEqualTo(-1);
    assertThat(listedBlocks()).isEqualTo(8);
  }

  private void requireHolesWereFound() throws Exception {
    assertThat(listedBlocks()).isEqualTo(2);
  }

  private long listedBlocks() throws Exception {
    try (ArchiveSource source = FileStore.open(archive)) {
      return ArchiveReader.open(source).index().volumes().get(0).listed().size();
    }
  }

  private StockTools.Result pack(List<String> options) throws Exception {
    return run(Map.of(), options);
  }

  private StockTools.Result run(Map<String, String> environment, List<String> options)
      throws Exception {
    return StockTools.java(
        StockTools.thisJava(),
        environment,
        options,
        List.of(OtherJavaProgram.class.getName(), image.toString(), archive.toString()));
  }
}

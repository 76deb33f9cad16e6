package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchJarTest {

  @TempDir private Path directory;
  private Path launch;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectory(directory.resolve("lib"));
    Manifest signed = manifest();
    signed.getMainAttributes().putValue("Multi-Release", "true");
    signed.getEntries().put("signed.txt", new Attributes());
    signed.getEntries().get("signed.txt").putValue("SHA-256-Digest", "AAAA");
    jar(
        "lib/signed.jar",
        signed,
        Map.of(
            "META-INF/KEY.SF", "digests",
            "META-INF/KEY.RSA", "signature",
            "META-INF/versions/9/KEY.SF", "of a program",
            "signed.txt", "from lib/signed.jar"));
    jar("lib/plain.jar", manifest(), Map.of("plain.txt", "from lib/plain.jar"));
    Manifest program = manifest();
    program.getMainAttributes().putValue("Main-Class", "amber.cli.Main");
    program.getMainAttributes().putValue("Enable-Native-Access", "ALL-UNNAMED");
    program
        .getMainAttributes()
        .putValue("Class-Path", "lib/signed.jar lib/plain.jar lib/missing.jar");
    Path jar = jar("program.jar", program, Map.of("program.txt", "the program"));
    launch = directory.resolve("launch");

    new LaunchJar(jar, launch).write();
  }

  @Test
  void copiesOnlyWhatIsSigned() throws IOException {
    try (var found = Files.list(launch)) {
      assertThat(found.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(LaunchJar.NAME, "signed.jar");
    }
  }

  @Test
  void copiesHaveNoSignatureAndNoDigests() throws IOException {
    try (JarFile copy = new JarFile(launch.resolve("signed.jar").toFile())) {
      assertThat(copy.stream().map(JarEntry::getName))
          .containsExactlyInAnyOrder(
              "META-INF/MANIFEST.MF", "META-INF/versions/9/KEY.SF", "signed.txt");
      assertThat(copy.getManifest().getEntries()).isEmpty();
      assertThat(copy.isMultiRelease()).isTrue();
    }
  }

  @Test
  void startsTheProgramAsItsOwnJarDoes() throws IOException {
    try (JarFile jar = new JarFile(launch.resolve(LaunchJar.NAME).toFile())) {
      Attributes main = jar.getManifest().getMainAttributes();
      assertThat(main.getValue("Main-Class")).isEqualTo("amber.cli.Main");
      assertThat(main.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
      assertThat(main.getValue("Class-Path"))
          .isEqualTo("signed.jar ../lib/plain.jar ../lib/missing.jar");
    }
  }

  @Test
  void copiesAreTakenInsteadOfWhatIsSigned() throws IOException {
    URL[] path = {launch.resolve(LaunchJar.NAME).toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, null)) {
      assertThat(List.of("signed.txt", "plain.txt", "program.txt"))
          .allMatch(name -> loader.getResource(name) != null);
      assertThat(Collections.list(loader.getResources("signed.txt")))
          .singleElement()
          .asString()
          .contains("launch/signed.jar");
      try (var in = loader.getResourceAsStream("signed.txt")) {
        assertThat(in).hasContent("from lib/signed.jar");
      }
    }
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    return manifest;
  }

  private Path jar(String name, Manifest manifest, Map<String, String> entries) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        jar.closeEntry();
      }
    }
    return file;
  }
}

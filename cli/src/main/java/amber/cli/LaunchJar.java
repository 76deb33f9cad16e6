package amber.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A copy of the program's jar that starts more quickly: its libraries are the same, but of those
 * that are signed it has copies without their signatures. A Java that has Class Data Sharing takes
 * no class of a signed jar into its archive, checks the digest of each when it is loaded, and reads
 * the digests of all whenever something is looked for in the class path.
 */
final class LaunchJar {

  /** What the copy of the program is called. */
  static final String NAME = "amber.jar";

  private static final String META = "META-INF/";
  private static final List<String> SIGNATURES = List.of(".SF", ".RSA", ".DSA", ".EC");

  private final Path program;
  private final Path directory;

  /**
   * A copy of a program.
   *
   * @param program its jar, whose manifest names the libraries
   * @param directory where the copies go; beside the program's jar
   */
  LaunchJar(Path program, Path directory) {
    this.program = program;
    this.directory = directory;
  }

  void write() throws IOException {
    Files.createDirectories(directory);
    try (JarFile jar = new JarFile(program.toFile())) {
      Attributes main = jar.getManifest().getMainAttributes();
      String libraries = main.getValue(Attributes.Name.CLASS_PATH);
      List<String> classPath = new ArrayList<>();
      for (String library : libraries.split(" +", -1)) {
        Path file = program.resolveSibling(library);
        boolean copied = Files.isRegularFile(file) && copy(file);
        classPath.add(copied ? file.getFileName().toString() : "../" + library);
      }
      main.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
      copy(jar, main, directory.resolve(NAME));
    }
  }

  /** Copies a library without its signatures, if it has any. */
  private boolean copy(Path library) throws IOException {
    try (JarFile jar = new JarFile(library.toFile(), false)) {
      boolean signed = jar.stream().anyMatch(entry -> isSignature(entry.getName()));
      if (signed) {
        Attributes main = jar.getManifest().getMainAttributes();
        copy(jar, main, directory.resolve(library.getFileName()));
      }
      return signed;
    }
  }

  /** Of the manifest only what is said of the whole: the other sections are digests. */
  private static void copy(JarFile jar, Attributes main, Path target) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putAll(main);
    try (OutputStream out = Files.newOutputStream(target);
        JarOutputStream copy = new JarOutputStream(out, manifest)) {
      for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
        JarEntry entry = all.nextElement();
        String name = entry.getName();
        if (entry.isDirectory() || name.equals(JarFile.MANIFEST_NAME) || isSignature(name)) {
          continue;
        }
        copy.putNextEntry(new JarEntry(name));
        try (InputStream in = jar.getInputStream(entry)) {
          in.transferTo(copy);
        }
        copy.closeEntry();
      }
    }
  }

  private static boolean isSignature(String name) {
    return name.startsWith(META)
        && name.indexOf('/', META.length()) < 0
        && SIGNATURES.stream().anyMatch(name.toUpperCase(Locale.ROOT)::endsWith);
  }
}

package amber.cli;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A disk for those who give none, with files that are on every machine which runs this: Java's own.
 *
 * @param command how it was made, if by a command
 * @param what what is in it
 */
record DemoDisk(Path file, Optional<List<String>> command, String what) {

  private static final long GIB = 1L << 30;
  private static final int ALIGNMENT = 1 << 20;
  private static final long MKFS_MINUTES = 2;

  /** Makes a file system where mkfs.ext4 is at hand, else something like one. */
  static DemoDisk make(Path file) throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    List<Path> files = files(home);
    long bytes = 0;
    for (Path each : files) {
      bytes += Files.size(each);
    }
    String gib = (bytes * 3 / 2 / GIB + 1) + "G";
    Optional<Path> mkfs = find("mkfs.ext4");
    if (mkfs.isPresent()
        && mkfs(List.of(mkfs.get().toString(), "-q", "-F", "-d", home.toString()), file, gib)) {
      return new DemoDisk(
          file,
          Optional.of(List.of("mkfs.ext4", "-q", "-d", home.toString(), "disk.img", gib)),
          "a file system with %s of this JDK, %s"
              .formatted(Text.count(files.size(), "file"), Text.bytes(bytes)));
    }
    join(files, file, (bytes * 3 / 2 / GIB + 1) * GIB);
    return new DemoDisk(
        file,
        Optional.empty(),
        "%s of this JDK one after the other, %s (mkfs.ext4 would make a file system)"
            .formatted(Text.count(files.size(), "file"), Text.bytes(bytes)));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> Files.isRegularFile(path) && Files.isReadable(path))
          .sorted()
          .toList();
    }
  }

  private static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of((path + ":/usr/sbin:/sbin").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether it could make one: some are too old to fill what they make. */
  private static boolean mkfs(List<String> program, Path file, String size) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.add(file.toString());
    command.add(size);
    Process mkfs =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (mkfs.waitFor(MKFS_MINUTES, TimeUnit.MINUTES) && mkfs.exitValue() == 0) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while mkfs.ext4 made " + file);
    } finally {
      mkfs.destroyForcibly();
    }
    Files.deleteIfExists(file);
    return false;
  }

  /** Files one after the other, with holes between. */
  static void join(List<Path> files, Path disk, long sizeBytes) throws IOException {
    try (FileChannel to =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      for (Path file : files) {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
          long size = from.size();
          long next = (at + size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
          if (next >= sizeBytes) {
            break;
          }
          // Not transferFrom, which moves nothing to a place behind the end.
          to.position(at);
          long done = 0;
          long moved;
          do {
            moved = from.transferTo(done, size - done, to);
            done += moved;
          } while (moved > 0);
          at = next;
        }
      }
      to.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
  }
}

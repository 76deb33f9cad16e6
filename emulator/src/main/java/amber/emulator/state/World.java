package amber.emulator.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** All that the emulator remembers, in one directory that one emulator at a time may use. */
public final class World implements Closeable {

  private static final int SECRET_BYTES = 32;
  private static final String LOCK = "lock";

  private final Path directory;
  private final Clock clock;
  private final FileChannel lockFile;
  private final byte[] secret;
  private final Map<String, Region> regions = new HashMap<>();

  private World(Path directory, Clock clock, FileChannel lockFile, byte[] secret) {
    this.directory = directory;
    this.clock = clock;
    this.lockFile = lockFile;
    this.secret = secret;
  }

  /**
   * Opens a directory, which is made if it is not there.
   *
   * @throws FileAlreadyExistsException if it holds anything that is not an emulator's
   * @throws DirectoryInUseException if another emulator uses it
   */
  public static World open(Path directory, Clock clock) throws IOException {
    requireOwn(directory);
    Files.createDirectories(directory);
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!locked(lockFile)) {
        throw new DirectoryInUseException(directory);
      }
      return new World(directory, clock, lockFile, secret(directory.resolve("secret")));
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  private static void requireOwn(Path directory) throws IOException {
    if (!Files.exists(directory) || Files.exists(directory.resolve(LOCK))) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new FileAlreadyExistsException(
          directory.toString(), null, "is a file, should be a directory");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new FileAlreadyExistsException(
            directory.toString(),
            null,
            "holds something else, should be empty or what an emulator left");
      }
    }
  }

  private static boolean locked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static byte[] secret(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(fresh);
      Files.write(file, fresh);
    }
    return Files.readAllBytes(file);
  }

  /** Whether there is a region of this name. */
  public boolean hasRegion(String name) {
    return Partition.ofRegion(name).isPresent();
  }

  /** The region of this name, which must be one that the emulator has. */
  public synchronized Region region(String name) throws IOException {
    Region open = regions.get(name);
    if (open == null) {
      Partition partition =
          Partition.ofRegion(name)
              .orElseThrow(
                  () -> new IllegalArgumentException(name + ": is no region of the emulator"));
      open = Region.open(name, partition, clock, directory.resolve("regions").resolve(name));
      regions.put(name, open);
    }
    return open;
  }

  /** Where everything is. */
  public Path directory() {
    return directory;
  }

  /** The time. */
  public Clock clock() {
    return clock;
  }

  /** Bytes that only this directory knows, to sign what is handed out and comes back. */
  public byte[] secret() {
    return secret.clone();
  }

  /** Closes all files; changes need no saving, as they are saved when they are made. */
  @Override
  public synchronized void close() throws IOException {
    try (lockFile) {
      for (Region region : regions.values()) {
        region.close();
      }
    }
  }
}

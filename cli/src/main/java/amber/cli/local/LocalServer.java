package amber.cli.local;

import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.disk.RawDisks;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ebs.Quotas;
import amber.emulator.state.DirectoryInUseException;
import amber.emulator.state.Partition;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** An emulator that runs over a directory. */
public final class LocalServer implements Closeable {

  /** Tells other processes where the emulator answers that uses the directory. */
  private static final String ENDPOINT = "endpoint";

  private static final EbsRules UNHURRIED =
      EbsRules.DEFAULT.withQuotas(new Quotas(0, 0, 0, 0, 0, 0, 0, 0));

  private final Emulator emulator;
  private final Path endpointFile;

  private LocalServer(Emulator emulator, Path endpointFile) {
    this.emulator = emulator;
    this.endpointFile = endpointFile;
  }

  /**
   * Starts an emulator for others to use, who may find it through the directory.
   *
   * @param port the port, or 0 for any that is free
   * @param faults rules of misbehaviour
   * @throws IllegalArgumentException if a rule makes no sense
   */
  public static LocalServer start(Path directory, int port, long seed, List<String> faults)
      throws IOException {
    LocalServer server =
        open(directory, EmulatorOptions.DEFAULT.withPort(port).withFaults(seed, faults));
    try {
      Path fresh =
          Files.writeString(directory.resolve(ENDPOINT + ".new"), server.endpoint() + "\n");
      Files.move(fresh, server.endpointFile, StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Starts an emulator for this process alone, without quotas. */
  public static LocalServer startAlone(Path directory) throws IOException {
    return open(directory, EmulatorOptions.DEFAULT.withEbs(UNHURRIED));
  }

  private static LocalServer open(Path directory, EmulatorOptions options) throws IOException {
    Emulator emulator = Emulator.start(directory, options);
    Path endpointFile = directory.resolve(ENDPOINT);
    // Left by one that was killed: the directory is ours now.
    Files.deleteIfExists(endpointFile);
    return new LocalServer(emulator, endpointFile);
  }

  /** Whether a start failed because another emulator uses the directory. */
  public static boolean isInUse(IOException failure) {
    return failure instanceof DirectoryInUseException;
  }

  /** Where the emulator answers that uses a directory, if it was started for others. */
  public static Optional<URI> endpoint(Path directory) throws IOException {
    try {
      String text = Files.readString(directory.resolve(ENDPOINT), StandardCharsets.UTF_8).strip();
      return Optional.of(URI.create(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s: holds no URL, should be what an emulator wrote"
              .formatted(directory.resolve(ENDPOINT)),
          e);
    }
  }

  /** Where it answers. */
  public URI endpoint() {
    return emulator.endpoint();
  }

  /**
   * Starts S3 for a region and those of its partition, which takes seconds that otherwise its first
   * request has to wait for.
   */
  public void startS3(String region) throws IOException {
    emulator.startS3(region);
  }

  /** Whether emulators have a region of this name. */
  public static boolean hasRegion(String name) {
    return Partition.ofRegion(name).isPresent();
  }

  /** What an instance reads where an encrypted volume was never written. */
  public static byte[] noise(String snapshotId, int index) {
    return RawDisks.noise(snapshotId, index);
  }

  /** Stops it. What it remembers stays in the directory. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(endpointFile);
    } finally {
      emulator.close();
    }
  }
}

package amber.cli;

import amber.cli.local.LocalServer;
import amber.ec2.Ec2Connection;
import amber.ec2.Ec2Settings;
import amber.work.RetryPolicies;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Which emulator a command works on: one that runs, or a directory, for which one runs as long as
 * the command does. Never AWS: what is sent is signed with a key that AWS does not know.
 */
final class LocalPlace {

  /** The emulator takes any; it is the same on both sides of the key. */
  static final String KEY = "local";

  private static final String USUAL_REGION = "us-east-1";
  private static final int IN_FLIGHT = 32;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "The emulator's directory. If an emulator runs over it, that one does the work.")
  private String directory;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      converter = LocalValues.Endpoint.class,
      description = "The endpoint of an emulator, rather than its directory.")
  private URI endpoint;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "The region (default: AWS_REGION, else us-east-1).")
  private String region;

  /**
   * A way to an emulator.
   *
   * @param place how the user knows it
   * @param own the one that runs for this command alone, if it does
   */
  record Session(String place, String region, Ec2Connection aws, Optional<LocalServer> own)
      implements Closeable {
    @Override
    public void close() throws IOException {
      aws.close();
      if (own.isPresent()) {
        own.get().close();
      }
    }
  }

  /**
   * Refuses to go on without the emulator's libraries.
   *
   * @throws RefusedException if they are not on the class path
   */
  static void requireEmulator() throws RefusedException {
    try {
      Class.forName("amber.emulator.Emulator", false, LocalPlace.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new RefusedException(
          Outcome.UNSUPPORTED,
          "the emulator is not on the class path, should be",
          "run the launcher: ./amber",
          e);
    }
  }

  static RefusedException inUse(Path directory, IOException cause) throws IOException {
    Optional<URI> running = LocalServer.endpoint(directory);
    return new RefusedException(
        Outcome.EXISTS,
        cause.getMessage(),
        running
            .map(url -> "that one answers at " + url)
            .orElse("that one works for another command: wait until it is done"),
        cause);
  }

  /** A path; nothing else will do. */
  static Path path(String text) throws RefusedException {
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw RefusedException.usage(
          "'%s' is no path: %s".formatted(text, e.getReason()), "give the path of a file");
    }
    throw RefusedException.usage(
        "an operand is '', should be a path", "'.' is the current directory");
  }

  /** The region that the command works in. */
  String region(Console console) throws RefusedException {
    String name = region;
    for (String variable : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      name = name == null ? console.variable(variable) : name;
    }
    name = name == null ? USUAL_REGION : name;
    if (!LocalServer.hasRegion(name)) {
      throw RefusedException.usage(
          "region '%s': is none that the emulator has".formatted(name),
          "docs/emulator.md lists them; us-east-1 and us-gov-west-1 are two");
    }
    return name;
  }

  /** Opens the way. */
  Session open(Console console) throws IOException {
    requireEmulator();
    if ((directory == null) == (endpoint == null)) {
      throw RefusedException.usage(
          "--dir or --endpoint-url: one of them should say where the emulator is",
          "--dir DIR is the directory that amber local was given");
    }
    String name = region(console);
    if (endpoint != null) {
      return new Session(endpoint.toString(), name, connect(name, endpoint), Optional.empty());
    }
    Path path = path(directory);
    try {
      LocalServer own = LocalServer.startAlone(path);
      return new Session(directory, name, connect(name, own.endpoint()), Optional.of(own));
    } catch (FileAlreadyExistsException e) {
      throw new RefusedException(
          Outcome.EXISTS, e.getMessage(), "name the directory that amber local was given", e);
    } catch (IOException e) {
      if (!LocalServer.isInUse(e)) {
        throw e;
      }
      URI running = LocalServer.endpoint(path).orElse(null);
      if (running == null) {
        throw inUse(path, e);
      }
      return new Session(directory, name, connect(name, running), Optional.empty());
    }
  }

  /** Refuses to make a directory where one is meant that is there. */
  void requireThere() throws IOException {
    if (directory != null && !Files.isDirectory(path(directory))) {
      throw new NoSuchFileException(directory, null, "no such directory");
    }
  }

  /** Goes to a region of an emulator. */
  static Ec2Connection connect(String region, URI endpoint) {
    Ec2Settings settings =
        Ec2Settings.of(
                Region.of(region),
                StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
            .withEndpoint(endpoint)
            .withSpeed(IN_FLIGHT, Ec2Settings.BLOCKS_PER_SECOND)
            .withWaits(
                RetryPolicies.LOCAL,
                Duration.ofMillis(100),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30));
    return Ec2Connection.open(settings);
  }
}

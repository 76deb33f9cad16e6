package amber.emulator.state;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What the emulator remembers of one region. Safe for many threads. */
public final class Region implements Closeable {

  private static final String SETTINGS = "account.json";

  private final String name;
  private final Partition partition;
  private final Clock clock;
  private final Path directory;
  private final Shelf<Image> images;
  private final Snapshots snapshots;
  private final ReentrantLock lock = new ReentrantLock();
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Shelf<?>> shelves = new HashMap<>();
  private volatile AccountSettings settings;

  private Region(
      String name, Partition partition, Clock clock, Path directory, AccountSettings settings)
      throws IOException {
    this.name = name;
    this.partition = partition;
    this.clock = clock;
    this.directory = directory;
    this.settings = settings;
    this.images = Shelf.open(directory.resolve("images"), Image.class, Image::id);
    this.snapshots = Snapshots.open(directory.resolve("snapshots"), clock);
  }

  static Region open(String name, Partition partition, Clock clock, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(SETTINGS);
    AccountSettings settings =
        Files.exists(file)
            ? Records.fromMap(AccountSettings.class, JSON.std.mapFrom(Files.readString(file)))
            : AccountSettings.NEW;
    return new Region(name, partition, clock, directory, settings);
  }

  /** Its name, such as {@code us-gov-west-1}. */
  public String name() {
    return name;
  }

  /** The partition that it belongs to. */
  public Partition partition() {
    return partition;
  }

  /** The account that every caller is. */
  public String accountId() {
    return partition.accountId();
  }

  /** The time here. */
  public Clock clock() {
    return clock;
  }

  /** The registered images, and those that the Recycle Bin keeps. */
  public Shelf<Image> images() {
    return images;
  }

  /** The snapshots. */
  public Snapshots snapshots() {
    return snapshots;
  }

  /** What the account has set. */
  public AccountSettings settings() {
    return settings;
  }

  /** Changes what the account has set. */
  public synchronized void updateSettings(UnaryOperator<AccountSettings> change)
      throws IOException {
    AccountSettings after = change.apply(settings);
    Path temporary = directory.resolve(SETTINGS + ".new");
    Files.writeString(temporary, JSON.std.asString(Records.toMap(after)));
    Files.move(
        temporary,
        directory.resolve(SETTINGS),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    settings = after;
  }

  /** The key that encrypts where none is named: the account's own default, or the one of AWS. */
  public String defaultKmsKeyArn() {
    return settings.defaultKmsKeyArn().orElseGet(() -> kmsKeyArn("aws/ebs"));
  }

  /** The ARN of a key of this account and region that stays the same for the same label. */
  public String kmsKeyArn(String label) {
    return partition.kmsKeyArn(name, label);
  }

  /** An ARN of this account and region. */
  public String arn(String service, String resource) {
    return partition.arn(service, name, resource);
  }

  /** A new id that AWS could have given, such as {@code snap-0123456789abcdef0}. */
  public String newId(String prefix) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return prefix + "-0" + HexFormat.of().formatHex(bytes);
  }

  /** Runs something that looks and then changes, while no other such thing runs in the region. */
  public <T, E extends Exception> T exclusively(Action<T, E> action) throws E {
    lock.lock();
    try {
      return action.run();
    } finally {
      lock.unlock();
    }
  }

  /** Something to run that may fail. */
  @FunctionalInterface
  public interface Action<T, E extends Exception> {

    /** Runs it. */
    T run() throws E;
  }

  /** A service's own records of this region; the same for all who ask for one folder. */
  public synchronized <T extends Record> Shelf<T> shelf(
      String folder, Class<T> type, Function<T, String> id) throws IOException {
    Shelf<?> open = shelves.get(folder);
    if (open == null) {
      open = Shelf.open(directory.resolve(folder), type, id);
      shelves.put(folder, open);
    }
    return open.of(type);
  }

  @Override
  public void close() throws IOException {
    snapshots.close();
  }
}

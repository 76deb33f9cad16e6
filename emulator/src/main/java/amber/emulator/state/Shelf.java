package amber.emulator.state;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Records by id, each in a JSON file of its own that is replaced as a whole. What a call changed is
 * in the directory when it returns. Safe for many threads; reading never waits.
 */
public final class Shelf<T extends Record> {

  private static final String ENDING = ".json";

  private final Path directory;
  private final Class<T> type;
  private final Function<T, String> id;
  private final ConcurrentMap<String, T> records = new ConcurrentHashMap<>();

  private Shelf(Path directory, Class<T> type, Function<T, String> id) {
    this.directory = directory;
    this.type = type;
    this.id = id;
  }

  /** This shelf, which must be of these records. */
  <R extends Record> Shelf<R> of(Class<R> wanted) {
    if (type != wanted) {
      throw new IllegalStateException("bug: " + directory + " holds " + type + ", not " + wanted);
    }
    @SuppressWarnings("unchecked") // just checked
    Shelf<R> same = (Shelf<R>) this;
    return same;
  }

  static <T extends Record> Shelf<T> open(Path directory, Class<T> type, Function<T, String> id)
      throws IOException {
    Shelf<T> shelf = new Shelf<>(directory, type, id);
    Files.createDirectories(directory);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ENDING)) {
      for (Path file : files) {
        T found = shelf.read(file);
        shelf.records.put(id.apply(found), found);
      }
    }
    return shelf;
  }

  /** The record of this id. */
  public Optional<T> find(String key) {
    return Optional.ofNullable(records.get(key));
  }

  /** All records, in the order of their ids. */
  public List<T> all() {
    return records.values().stream().sorted(Comparator.comparing(id)).toList();
  }

  /** Adds a record, or replaces the one of the same id. */
  public synchronized void put(T record) throws IOException {
    write(record);
    records.put(id.apply(record), record);
  }

  /** Changes a record, if it is there, and returns it as it is now. */
  public synchronized Optional<T> update(String key, UnaryOperator<T> change) throws IOException {
    T before = records.get(key);
    if (before == null) {
      return Optional.empty();
    }
    T after = change.apply(before);
    if (!after.equals(before)) {
      put(after);
    }
    return Optional.of(after);
  }

  /** Takes a record away, if it is there. */
  public synchronized void remove(String key) throws IOException {
    Files.deleteIfExists(file(key));
    records.remove(key);
  }

  private Path file(String key) {
    return directory.resolve(key + ENDING);
  }

  private T read(Path file) throws IOException {
    try {
      return Records.fromMap(type, JSON.std.mapFrom(Files.readString(file)));
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          file + ": cannot be read, should be a " + type.getSimpleName() + " as JSON", e);
    }
  }

  private void write(T record) throws IOException {
    Path temporary = directory.resolve(id.apply(record) + ".new");
    Files.writeString(
        temporary, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(Records.toMap(record)));
    Files.move(
        temporary,
        file(id.apply(record)),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}

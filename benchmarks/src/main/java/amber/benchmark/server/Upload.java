package amber.benchmark.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** An unfinished multipart upload: the lengths of its parts, and their bytes if they are kept. */
final class Upload {

  private final String id;
  private final Map<String, String> metadata;
  private final Optional<Path> directory;
  private final ConcurrentNavigableMap<Integer, Long> parts = new ConcurrentSkipListMap<>();

  /** An upload whose parts are kept in a directory, or forgotten. */
  Upload(String id, Map<String, String> metadata, Optional<Path> directory) {
    this.id = id;
    this.metadata = metadata;
    this.directory = directory;
  }

  String id() {
    return id;
  }

  boolean isKept() {
    return directory.isPresent();
  }

  /** The file of one part, empty. */
  FileChannel openPart(int number) throws IOException {
    return FileChannel.open(
        path(number),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private Path path(int number) {
    return directory.orElseThrow().resolve("%s-%05d".formatted(id, number));
  }

  void arrived(int number, long length) {
    parts.put(number, length);
  }

  NavigableMap<Integer, Long> parts() {
    return parts;
  }

  StoredObject complete() throws IOException {
    long size = parts.values().stream().mapToLong(Long::longValue).sum();
    String etag = "\"%s-%d\"".formatted(id, parts.size());
    Optional<MappedFile> content = isKept() ? Optional.of(join(size)) : Optional.empty();
    return new StoredObject(size, etag, metadata, content);
  }

  private MappedFile join(long size) throws IOException {
    Path whole = directory.orElseThrow().resolve(id);
    try (FileChannel file =
        FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int number : parts.keySet()) {
        try (FileChannel part = FileChannel.open(path(number), StandardOpenOption.READ)) {
          long at = 0;
          while (at < part.size()) {
            at += part.transferTo(at, part.size() - at, file);
          }
        }
        Files.delete(path(number));
      }
      if (file.size() != size) {
        throw new IOException("%s: %d bytes, should be %d".formatted(whole, file.size(), size));
      }
    }
    return MappedFile.of(whole);
  }
}

package amber.cli;

import amber.Copier;
import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Settings;
import amber.store.Remains;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a copy goes: a file or an object, of which it was checked that it may go there.
 *
 * @param s3 what reaches the object, or none
 * @param settings how the object is stored; nothing of it means anything to a file
 * @param preflight what was found out of it
 */
record CopyTarget(
    Optional<Path> file,
    WriteOptions writing,
    Optional<S3Endpoint> s3,
    Optional<S3Location> object,
    S3Settings settings,
    Preflight preflight) {

  /**
   * Checks that the archive may be copied there.
   *
   * @param earlier tells what earlier runs have stored there: it may be the copy already
   * @throws java.nio.file.FileAlreadyExistsException if there is something that may not be replaced
   */
  static CopyTarget of(
      Operand operand,
      AwsSide side,
      CopySource source,
      WriteOptions writing,
      S3Options options,
      Function<String, List<Remains>> earlier)
      throws IOException {
    return operand instanceof Operand.Local local
        ? ofFile(local, source, writing, earlier)
        : ofObject(
            ((Operand.Stored) operand).location(), side.s3(), source, writing, options, earlier);
  }

  /**
   * Checks the place alone, of an archive that cannot be opened.
   *
   * @param name what the archive is called
   */
  static void check(
      Preflight preflight,
      Operand operand,
      AwsSide side,
      String name,
      WriteOptions writing,
      S3Options options)
      throws InterruptedIOException {
    if (operand instanceof Operand.Local local) {
      preflight.check(() -> FileTarget.requireFree(path(local, name), writing.replace()));
      return;
    }
    S3Location location = ((Operand.Stored) operand).location();
    preflight.check(
        () ->
            side.s3()
                .checkStore(
                    preflight,
                    resolved(location, name),
                    options.settings(writing.replace()),
                    Optional.empty()));
  }

  private static Path path(Operand.Local local, String name) {
    return local.isPlace() ? local.path().resolve(safe(name)) : local.path();
  }

  private static CopyTarget ofFile(
      Operand.Local local,
      CopySource source,
      WriteOptions writing,
      Function<String, List<Remains>> earlier)
      throws IOException {
    Path path = path(local, source.name());
    if (source.file().isPresent()
        && Files.exists(path)
        && Files.isSameFile(source.file().get(), path)) {
      throw sameAsSource(path.toString());
    }
    Preflight preflight = new Preflight();
    List<Remains> left = earlier.apply(path.toString());
    boolean isThere = FileTarget.isOf(path, left);
    if (!isThere && preflight.check(() -> FileTarget.check(path, writing.replace(), preflight))) {
      long kept = left.stream().mapToLong(Remains::end).max().orElse(0);
      preflight.check(() -> requireRoom(path, source.sizeBytes() - kept));
    }
    preflight.requireClear();
    return new CopyTarget(
        Optional.of(path),
        writing,
        Optional.empty(),
        Optional.empty(),
        S3Settings.DEFAULT,
        preflight);
  }

  /** Keys may have characters that names of files may not, or that terminals obey. */
  private static String safe(String name) {
    return name.replaceAll("[\\p{Cntrl}\\p{Cf}/\\\\:]", "_").replaceFirst("^[.-]", "_");
  }

  private static void requireRoom(Path path, long bytes) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    long room = Files.getFileStore(parent).getUsableSpace();
    if (room < bytes) {
      throw new FileSystemException(
          parent.toString(),
          null,
          "No space left for %s, there are %s".formatted(Text.bytes(bytes), Text.bytes(room)));
    }
  }

  private static CopyTarget ofObject(
      S3Location location,
      S3Endpoint s3,
      CopySource source,
      WriteOptions writing,
      S3Options options,
      Function<String, List<Remains>> earlier)
      throws IOException {
    S3Location object = resolved(location, source.name());
    S3Settings settings = options.settings(writing.replace());
    Map<String, String> tags = new LinkedHashMap<>(source.tags());
    tags.putAll(settings.tags());
    S3Settings carried = carrying(settings, source, tags, object);
    Preflight preflight = new Preflight();
    List<String> tokens = earlier.apply(object.toString()).stream().map(Remains::token).toList();
    s3.checkStore(
        preflight, object, carried, Optional.of(Copier.bound(source.sizeBytes())), tokens);
    preflight.requireClear();
    return new CopyTarget(
        Optional.empty(), writing, Optional.of(s3), Optional.of(object), carried, preflight);
  }

  private static S3Location resolved(S3Location location, String name) throws RefusedException {
    try {
      return location.resolve(name);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(location + ": " + e.getMessage(), "choose another name");
    }
  }

  private static S3Settings carrying(
      S3Settings settings, CopySource source, Map<String, String> tags, S3Location object)
      throws RefusedException {
    try {
      return new S3Settings(
          settings.replace(),
          settings.storageClass(),
          settings.encryption(),
          settings.lock(),
          source.metadata(),
          tags,
          settings.transfer());
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "%s: cannot carry what the source does: %s".formatted(object, e.getMessage()),
          "use fewer --object-tag, or copy it to a file first");
    }
  }

  /** That would be the source itself. */
  static RefusedException sameAsSource(String location) {
    return RefusedException.usage(
        location + ": is what is copied, should be another place", "choose another name");
  }

  /** What should be known of it. */
  List<String> warnings() {
    return preflight.warnings();
  }

  String location() {
    return file.map(Path::toString).orElseGet(() -> object.orElseThrow().toString());
  }
}

package amber.cli;

import amber.Copier;
import amber.Progress;
import amber.s3.FrozenArchiveException;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Object;
import amber.s3.S3Settings;
import amber.s3.S3Stitching;
import amber.seal.Crypto;
import amber.seal.Identity;
import amber.seal.Passphrase;
import amber.seal.Recipient;
import amber.seal.RecipientName;
import amber.seal.Rewrapped;
import amber.seal.SealedArchive;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.StoredArchive;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands below {@code amber recipients}. */
final class RecipientCommands {

  private RecipientCommands() {}

  private static SealedArchive sealed(Operand operand, AwsSide side, Console console)
      throws IOException {
    return sealed(Archives.source(operand, new StoredArchives(side, new ThawOptions(), console)));
  }

  private static SealedArchive sealed(ArchiveSource stored) throws IOException {
    try {
      SealedArchive.Looked looked = SealedArchive.look(stored);
      if (!looked.isSealed()) {
        throw RefusedException.usage(
            stored.location() + ": is not encrypted, should be",
            "to encrypt it: amber unpack it, and amber pack that with --recipient");
      }
      return looked.sealed();
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  /** {@code amber recipients list}. */
  @Command(
      name = "list",
      header = {"Lists to whom an archive is encrypted; needs no key.", ""})
  static final class Listed implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "ARCHIVE", description = "A file, or s3://BUCKET/KEY.")
    private String archive;

    @Mixin private AwsOptions aws;

    @Mixin private CommonOptions common;

    Listed(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
        SealedArchive sealed = sealed(Operand.parse(archive), side, console);
        try (ArchiveSource source = sealed.stored()) {
          List<String> text = new ArrayList<>();
          for (RecipientName name : sealed.recipients()) {
            text.add("%d  %s".formatted(text.size() + 1, name.text()));
          }
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("schema", 1);
          json.put("command", "recipients list");
          json.put("archive", source.location());
          json.put("uuid", sealed.uuid().toString());
          json.put("encryptedTo", SealedDescription.json(Optional.of(sealed)));
          common.print(console, new Document(json, text));
        }
      }
      return Outcome.OK.exitCode();
    }
  }

  /** What makes a new archive. */
  abstract static class Change implements Callable<Integer> {

    private final Console console;
    private final String verb;

    @Parameters(index = "0", paramLabel = "ARCHIVE", description = "A file, or s3://BUCKET/KEY.")
    private String archive;

    @Parameters(
        index = "1",
        paramLabel = "NEW",
        description = "Where the new archive goes: a file, or s3://BUCKET/KEY.")
    private String target;

    @Mixin private IdentityOptions identity;

    @Mixin private ThreadsOption threads;

    @Mixin private WriteOptions writing;

    @Mixin private S3Options s3;

    @Mixin private AwsSides aws;

    @Mixin private CommonOptions common;

    Change(Console console, String verb) {
      this.console = console;
      this.verb = verb;
    }

    /** The archive as it shall be. */
    abstract Rewrapped changed(
        SealedArchive sealed, List<? extends Identity> identities, KmsSides kms) throws IOException;

    final Crypto crypto() throws RefusedException {
      return RecipientOptions.crypto(console);
    }

    final void warn(String warning) {
      common.warn(console, warning);
    }

    @Override
    public Integer call() throws IOException {
      Stopwatch watch = new Stopwatch();
      Operand to = Operand.parse(target);
      try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
          AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
        Optional<S3Object> object = object(Operand.parse(archive), fromSide);
        SealedArchive sealed =
            object.isPresent()
                ? sealed(fromSide.s3().open(object.get()))
                : sealed(Operand.parse(archive), fromSide, console);
        List<Passphrase> wiped = new ArrayList<>();
        KmsSides kms = new KmsSides(List.of(fromSide, toSide));
        try (ArchiveSource old = sealed.stored();
            Rewrapped changed = changed(sealed, identity.required(wiped, kms), kms)) {
          Preflight preflight = new Preflight();
          ArchiveSink sink = sink(to, toSide, sealed, changed, preflight);
          common.requireClear(console, preflight);
          Optional<S3Stitching> byS3 =
              object
                  .map(from -> stitching(from, changed))
                  .filter(S3Stitching::isPossible)
                  .filter(each -> to instanceof Operand.Stored);
          boolean itself = byS3.isPresent() && fromSide.isSameToS3(toSide);
          RecipientsResult made =
              new RecipientsResult(
                  old.location(), to.toString(), changed.sizeBytes(), itself, writing.dryRun());
          if (writing.dryRun()) {
            common.print(console, made.document(verb, watch));
            return Outcome.OK.exitCode();
          }
          if (itself) {
            stitched(byS3.get(), changed, to, toSide, sealed);
          } else {
            copied(changed, sink, to);
          }
          common.confirm(console, made.document(verb, watch));
        } finally {
          wiped.forEach(Passphrase::close);
        }
      }
      return Outcome.OK.exitCode();
    }

    /** The object that is read, in the version that it has now. */
    private static Optional<S3Object> object(Operand operand, AwsSide side) throws IOException {
      return operand instanceof Operand.Stored stored && !stored.location().isPlace()
          ? Optional.of(side.s3().toCopy(stored.location()))
          : Optional.empty();
    }

    private static S3Stitching stitching(S3Object from, Rewrapped changed) {
      return new S3Stitching(
          changed.envelope(), from, changed.sameFrom(), changed.sameBytes(), changed.locator());
    }

    /** Has S3 copy what stays, and looks whether both ends are right. */
    private void stitched(
        S3Stitching stitching, Rewrapped changed, Operand to, AwsSide side, SealedArchive sealed)
        throws IOException {
      S3Location object = ((Operand.Stored) to).location();
      Progress progress = new Progress();
      progress.begin(0);
      common.showing(
          console,
          "recipients",
          progress,
          () -> {
            side.s3()
                .stitch(stitching, object, settings(sealed), bytes -> progress.done(0, 0, bytes));
            return object;
          });
      try (ArchiveSource copy = side.s3().open(object)) {
        SealedArchive.Looked looked = SealedArchive.look(copy);
        if (!looked.isSealed() || !looked.sealed().digest().equals(changed.digest())) {
          throw new IOException(
              "%s: is another archive than was made, should be the same".formatted(object));
        }
      } catch (AccessDeniedException | FrozenArchiveException e) {
        common.warn(console, object + ": may not be read back, so that its ends were not checked");
      }
    }

    private S3Settings settings(SealedArchive sealed) throws RefusedException {
      return s3.settings(writing.replace())
          .withMetadata(
              S3Metadata.ofImage(
                      Map.of(),
                      ObjectTarget.FORMAT_VERSION,
                      Optional.of(sealed.uuid()),
                      Instant.now())
                  .ofSealed());
    }

    private StoredArchive copied(ArchiveSource changed, ArchiveSink sink, Operand to)
        throws IOException {
      Progress progress = new Progress();
      progress.begin(0);
      Copier copier = new Copier(threads.count(), bytes -> progress.done(0, 0, bytes));
      return common.showing(
          console,
          "recipients",
          progress,
          () -> copier.copy(changed, sink, name(to), new CRC32C(), () -> {}));
    }

    private static String name(Operand to) {
      return to instanceof Operand.Local local ? local.path().toString() : to.toString();
    }

    private ArchiveSink sink(
        Operand to, AwsSide side, SealedArchive sealed, ArchiveSource changed, Preflight preflight)
        throws IOException {
      if (to instanceof Operand.Local local) {
        Path path = local.path();
        if (Operand.parse(archive) instanceof Operand.Local from
            && Files.exists(path)
            && Files.isSameFile(from.path(), path)) {
          throw CopyTarget.sameAsSource(path.toString());
        }
        preflight.check(() -> FileTarget.check(path, writing.replace(), preflight));
        return new FileStore(writing.replace(), writing.sync());
      }
      if (!(to instanceof Operand.Stored stored) || stored.location().isPlace()) {
        throw RefusedException.usage(
            to + ": is no place for this archive, should be a file or s3://BUCKET/KEY",
            "name the new archive");
      }
      S3Location location = stored.location();
      S3Settings settings = settings(sealed);
      preflight.check(
          () ->
              side.s3()
                  .checkStore(
                      preflight,
                      location,
                      settings,
                      Optional.of(Copier.bound(changed.sizeBytes()))));
      return side.s3().store(settings, warning -> common.warn(console, warning));
    }
  }

  /** {@code amber recipients add}. */
  @Command(
      name = "add",
      header = {"Makes a new archive that others can open as well.", ""})
  static final class Add extends Change {

    @Mixin private RecipientOptions others;

    Add(Console console) {
      super(console, "add");
    }

    @Override
    Rewrapped changed(SealedArchive sealed, List<? extends Identity> identities, KmsSides kms)
        throws IOException {
      List<Recipient> added = others.recipients(kms, this::warn);
      if (added.isEmpty()) {
        throw RefusedException.usage(
            "amber recipients add: names nobody, should name who is added",
            "give --recipient FILE, --recipient-kms ARN, or --recipient-passphrase-file FILE");
      }
      return sealed.adding(identities, added, crypto());
    }
  }

  /** {@code amber recipients remove}. */
  @Command(
      name = "remove",
      header = {
        "Makes a new archive that some can no longer open.",
        "",
        "Who could open the old one may have kept its key, and opens the new one, too.",
        ""
      })
  static final class Remove extends Change {

    @Option(
        names = "--number",
        paramLabel = "N",
        required = true,
        description = "Who is left out, by the number that 'list' tells; may be given again.")
    private List<Integer> numbers = new ArrayList<>();

    Remove(Console console) {
      super(console, "remove");
    }

    @Override
    Rewrapped changed(SealedArchive sealed, List<? extends Identity> identities, KmsSides kms)
        throws IOException {
      int count = sealed.recipients().size();
      List<Integer> kept = new ArrayList<>();
      for (int place = 0; place < count; place++) {
        if (!numbers.contains(place + 1)) {
          kept.add(place);
        }
      }
      for (int number : numbers) {
        if (number < 1 || number > count) {
          throw RefusedException.usage(
              "--number: is %d, should be 1 to %d".formatted(number, count),
              "amber recipients list ARCHIVE tells the numbers");
        }
      }
      if (kept.isEmpty()) {
        throw RefusedException.usage(
            "--number: leaves nobody who could open the archive, should leave one",
            "add another recipient first");
      }
      return sealed.keeping(kept, identities, crypto());
    }
  }
}

package amber.cli;

import amber.Copier;
import amber.Progress;
import amber.s3.S3Location;
import amber.s3.S3Metadata;
import amber.s3.S3Settings;
import amber.seal.Crypto;
import amber.seal.Identity;
import amber.seal.Passphrase;
import amber.seal.Recipient;
import amber.seal.RecipientName;
import amber.seal.SealedArchive;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.StoredArchive;
import amber.work.Preflight;
import java.io.IOException;
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
    ArchiveSource stored =
        Archives.source(operand, new StoredArchives(side, new ThawOptions(), console));
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
    abstract ArchiveSource changed(
        SealedArchive sealed, List<? extends Identity> identities, Crypto crypto)
        throws IOException;

    @Override
    public Integer call() throws IOException {
      Stopwatch watch = new Stopwatch();
      Operand to = Operand.parse(target);
      try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
          AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
        SealedArchive sealed = sealed(Operand.parse(archive), fromSide, console);
        List<Passphrase> wiped = new ArrayList<>();
        try (ArchiveSource old = sealed.stored();
            ArchiveSource changed =
                changed(sealed, identity.required(wiped), RecipientOptions.crypto(console))) {
          Preflight preflight = new Preflight();
          ArchiveSink sink = sink(to, toSide, sealed, changed, preflight);
          common.requireClear(console, preflight);
          if (writing.dryRun()) {
            common.print(console, document(old, to.toString(), changed.sizeBytes(), watch));
            return Outcome.OK.exitCode();
          }
          StoredArchive stored = copied(changed, sink, to);
          common.confirm(console, document(old, stored.location(), stored.sizeBytes(), watch));
        } finally {
          wiped.forEach(Passphrase::close);
        }
      }
      return Outcome.OK.exitCode();
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
      S3Settings settings =
          s3.settings(writing.replace())
              .withMetadata(
                  S3Metadata.ofImage(
                          Map.of(),
                          ObjectTarget.FORMAT_VERSION,
                          Optional.of(sealed.uuid()),
                          Instant.now())
                      .ofSealed());
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

    private Document document(ArchiveSource old, String made, long bytes, Stopwatch watch) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("schema", 1);
      json.put("command", "recipients " + verb);
      json.put("archive", old.location());
      json.put("target", made);
      json.put("sizeBytes", bytes);
      json.put("seconds", watch.seconds());
      return new Document(
          json,
          List.of(
              "made %s of %s: %s, %s"
                  .formatted(made, old.location(), Text.bytes(bytes), watch.text())));
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
    ArchiveSource changed(SealedArchive sealed, List<? extends Identity> identities, Crypto crypto)
        throws IOException {
      List<Recipient> added = others.recipients();
      if (added.isEmpty()) {
        throw RefusedException.usage(
            "amber recipients add: names nobody, should name who is added",
            "give --recipient FILE, or --recipient-passphrase-file FILE");
      }
      return sealed.adding(identities, added, crypto);
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
    ArchiveSource changed(SealedArchive sealed, List<? extends Identity> identities, Crypto crypto)
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
      return sealed.keeping(kept, identities, crypto);
    }
  }
}

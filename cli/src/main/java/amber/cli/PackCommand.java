package amber.cli;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import amber.store.ArchiveSink;
import amber.store.FileStore;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amber pack}. */
@Command(
    name = "pack",
    aliases = "store",
    header = {
      "Stores a disk or an image directory as one archive.",
      "",
      "  amber pack disk.img disk.bin",
      "  amber pack --level 12 /dev/vdb /backup/",
      "  amber pack restored/ - | ssh host 'cat > image.bin'",
      ""
    })
final class PackCommand implements Callable<Integer> {

  /** The latest time that RFC 3339 can write. */
  private static final long MAX_EPOCH_SECOND =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = {
        "A raw disk image, a block device, or an image",
        "directory (with manifest.json and volume-00.raw ...)."
      })
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "ARCHIVE",
      description = {
        "The file to write; a directory gets a file named",
        "after the image; '-' is stdout."
      })
  private String archive;

  @Option(
      names = "--level",
      paramLabel = "1..19",
      defaultValue = "3",
      converter = Values.Level.class,
      description = "zstd level: 1 is fast, 19 is small (default: 3).")
  private int level;

  @Mixin private ThreadsOption threads;

  @Mixin private WriteOptions writing;

  @Mixin private CommonOptions common;

  PackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    if (source.equals(Operand.STREAM)) {
      throw RefusedException.usage(
          "-: a disk cannot be read from stdin, its size and its holes must be known first",
          "save it to a file and pack that");
    }
    Path sourcePath = Operand.path(source);
    Progress progress = new Progress();
    Packer packer = new Packer(new PackOptions(level, threads.count(), Geometry.DEFAULT), progress);
    try (ImageDirectory image = open(sourcePath)) {
      PackTarget target = PackTarget.of(archive, image, sourcePath, writing.replace());
      Plan plan = plan(packer, image);
      warnOfUnknownHoles(image);
      PackResult result = new PackResult(sourcePath.toString(), target.location(), plan);
      if (writing.dryRun()) {
        common.print(console, result.planned());
        return Outcome.OK.exitCode();
      }
      ArchiveSink sink = sink(target);
      StoredArchive stored =
          common.showing(
              console,
              "pack",
              progress,
              () -> packer.pack(plan, image.sources(), sink, target.location()));
      common.confirm(console, result.packed(stored, progress.snapshot(), watch));
      return Outcome.OK.exitCode();
    }
  }

  private static ImageDirectory open(Path path) throws IOException {
    return Files.isDirectory(path) ? ImageDirectory.open(path) : ImageDirectory.ofDisk(path);
  }

  private ArchiveSink sink(PackTarget target) throws IOException {
    if (!target.isStream()) {
      return new FileStore(writing.replace(), writing.sync());
    }
    if (console.stdoutIsTerminal()) {
      throw RefusedException.usage(
          "stdout: is a terminal, should be a file or a pipe", "amber pack SOURCE - | COMMAND");
    }
    return new StreamSink(console.takeStdout());
  }

  private Plan plan(Packer packer, ImageDirectory image) throws IOException {
    String epoch = console.variable("SOURCE_DATE_EPOCH");
    String tool = Version.tool();
    if (epoch == null) {
      return packer.plan(
          image.image(), image.manifest(), image.sources(), listed -> ArchiveStamp.now(tool));
    }
    Instant createdAt = instant(epoch);
    return packer.plan(
        image.image(),
        image.manifest(),
        image.sources(),
        listed -> ArchiveStamp.reproducible(createdAt, tool, image.manifest(), listed));
  }

  private static Instant instant(String epoch) throws RefusedException {
    if (epoch.matches("\\d{1,12}") && Long.parseLong(epoch) <= MAX_EPOCH_SECOND) {
      return Instant.ofEpochSecond(Long.parseLong(epoch));
    }
    throw RefusedException.usage(
        "SOURCE_DATE_EPOCH: is '%s', should be seconds since 1970".formatted(epoch),
        "unset it, or set it to a time such as $(date +%s)");
  }

  private void warnOfUnknownHoles(ImageDirectory image) {
    for (RawDisk disk : image.volumes()) {
      if (disk.holesUnknown()) {
        common.warn(
            console,
            disk.location() + ": the system cannot tell its holes, so all of it is packed");
      }
    }
  }
}

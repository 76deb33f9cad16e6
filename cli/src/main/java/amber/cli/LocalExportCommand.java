package amber.cli;

import amber.Progress;
import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.cli.local.LocalServer;
import amber.ec2.SnapshotBlocks;
import amber.store.PendingNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code amber local export}. */
@Command(
    name = "export",
    header = {
      "Writes a snapshot of the emulator as the raw disk that an instance would read.",
      "",
      "  amber local export snap-0123456789abcdef0 disk.img --dir region/",
      ""
    },
    description = {
      "What was never written reads as zeros, and stays a hole of the file; of an",
      "encrypted volume it reads as noise.",
      ""
    })
final class LocalExportCommand implements Callable<Integer> {

  private static final int READ_BLOCKS = 256;

  private final Console console;

  @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "The snapshot's id.")
  private String snapshotId;

  @Parameters(index = "1", paramLabel = "DISK", description = "A file that does not exist yet.")
  private String disk;

  @Mixin private LocalPlace place;

  @Mixin private CommonOptions common;

  LocalExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    if (!snapshotId.matches("snap-([0-9a-f]{8}|[0-9a-f]{17})")) {
      throw RefusedException.usage(
          "'%s': is no id of a snapshot".formatted(snapshotId),
          "give one such as snap-0123456789abcdef0");
    }
    Path target = LocalPlace.path(disk);
    requireFree(target);
    place.requireThere();
    try (LocalPlace.Session session = place.open(console);
        SnapshotBlocks snapshot = SnapshotBlocks.open(session.aws(), snapshotId)) {
      BlockSet listed = snapshot.listed();
      Progress progress = new Progress();
      boolean encrypted = snapshot.description().encrypted();
      progress.begin(encrypted ? Block.count(snapshot.sizeBytes()) : listed.size());
      common.showing(
          console,
          "export",
          progress,
          () -> {
            write(snapshot, listed, target, progress);
            return target;
          });
      common.confirm(console, result(session, snapshot, listed, watch));
    }
    return Outcome.OK.exitCode();
  }

  private static void requireFree(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new RefusedException(
          Outcome.EXISTS, target + ": already exists", "choose another name, or remove it");
    }
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(String.valueOf(parent), null, "no such directory");
    }
  }

  private static void write(
      SnapshotBlocks snapshot, BlockSet listed, Path target, Progress progress) throws IOException {
    Path pending = PendingNames.beside(target);
    try {
      try (FileChannel file =
          FileChannel.open(pending, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeListed(snapshot, listed, file, progress);
        if (snapshot.description().encrypted()) {
          writeNoise(snapshot, listed, file, progress);
        } else if (file.size() < snapshot.sizeBytes()) {
          // One byte at the end gives the file its size and leaves the hole.
          file.write(ByteBuffer.allocate(1), snapshot.sizeBytes() - 1);
        }
      }
      requireFree(target);
      Files.move(pending, target);
    } finally {
      Files.deleteIfExists(pending);
    }
  }

  private static void writeListed(
      SnapshotBlocks snapshot, BlockSet listed, FileChannel file, Progress progress)
      throws IOException {
    ByteBuffer slot = ByteBuffer.allocateDirect(Block.SIZE);
    for (int done = 0; done < listed.size(); done += READ_BLOCKS) {
      int[] indexes = listed.slice(done, Math.min(READ_BLOCKS, listed.size() - done));
      try (BlockReader reader = snapshot.read(indexes)) {
        for (int index : indexes) {
          reader.next(slot);
          write(file, slot.duplicate(), Block.offset(index));
          progress.done(1, 0, 0);
        }
      }
    }
  }

  private static void writeNoise(
      SnapshotBlocks snapshot, BlockSet listed, FileChannel file, Progress progress)
      throws IOException {
    int count = Block.count(snapshot.sizeBytes());
    for (int index = 0; index < count; index++) {
      if (!listed.contains(index)) {
        byte[] noise = LocalServer.noise(snapshot.location(), index);
        write(file, ByteBuffer.wrap(noise), Block.offset(index));
        progress.done(1, 0, 0);
      }
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  private Document result(
      LocalPlace.Session session, SnapshotBlocks snapshot, BlockSet listed, Stopwatch watch) {
    boolean encrypted = snapshot.description().encrypted();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "local export");
    json.put("place", session.place());
    json.put("region", session.region());
    json.put("snapshotId", snapshotId);
    json.put("disk", disk);
    json.put("sizeBytes", snapshot.sizeBytes());
    json.put("listedBlocks", listed.size());
    json.put("listedBytes", Sizes.listedBytes(listed, snapshot.sizeBytes()));
    json.put("encrypted", encrypted);
    json.put("seconds", watch.seconds());
    String line =
        Text.format(
            "exported %s to %s: %s, %s in %s, %s elsewhere, %s",
            snapshotId,
            disk,
            Text.bytes(snapshot.sizeBytes()),
            Text.bytes(Sizes.listedBytes(listed, snapshot.sizeBytes())),
            Text.count(listed.size(), "block"),
            encrypted ? "noise" : "zeros",
            watch.text());
    return new Document(json, List.of(line));
  }
}

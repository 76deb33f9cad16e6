package amber.fuzz;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Salvager;
import amber.Unpacker;
import amber.Verifier;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.CorruptArchiveException;
import amber.archive.Index;
import amber.archive.Plan;
import amber.archive.Seal;
import amber.archive.UnsupportedArchiveException;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.MemoryVolumes.MemoryVolume;
import amber.image.UnsupportedImageException;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What must hold of any bytes that are taken for an archive: they are refused as documented, by all
 * who read them alike, or they are an archive, and everything that reads it finds the same in it.
 */
final class ArchiveOracle {

  private static final String NAME = "fuzz";

  /** What came of reading. */
  private record Outcome(String kind, String message) {
    static final Outcome FINE = new Outcome("", "");

    boolean isFine() {
      return equals(FINE);
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  private ArchiveOracle() {}

  /** Reads the bytes in every way there is. */
  static void check(byte[] bytes) throws IOException {
    Outcome verified = outcome(() -> verify(bytes));
    MemoryVolumes volumes = new MemoryVolumes();
    Outcome unpacked =
        outcome(
            () ->
                new Unpacker(2, new Progress()).unpack(ArchiveReader.open(source(bytes)), volumes));
    Require.that(unpacked.equals(verified), "verify: %s, unpack: %s", verified, unpacked);
    Require.that(volumes.pending() == 0, "%d volumes are still pending", volumes.pending());
    MemoryVolumes salvaged = new MemoryVolumes();
    Salvager.Report report = new Salvager(1, new Progress()).salvage(source(bytes), salvaged);
    Require.that(report.wholeBlocks() <= report.blocks(), "salvage counts %s", report);
    if (verified.isFine()) {
      checkWhole(bytes, volumes, salvaged, report);
    } else {
      Require.that(volumes.committed().isEmpty(), "%s, and volumes committed", verified);
    }
  }

  private static ArchiveSource source(byte[] bytes) {
    return MemoryStore.source(NAME, bytes);
  }

  private static void verify(byte[] bytes) throws IOException {
    ArchiveReader archive = ArchiveReader.open(source(bytes));
    ImageOracle.check(archive.image());
    new Verifier(1, new Progress()).verify(archive);
    new Verifier(1, new Progress()).verifyEnds(archive);
  }

  private static Outcome outcome(Reading reading) throws IOException {
    try {
      reading.run();
      return Outcome.FINE;
    } catch (CorruptArchiveException | UnsupportedArchiveException | UnsupportedImageException e) {
      Require.that(
          e.getMessage().startsWith("memory:" + NAME + ": "), "names no place: %s", e.getMessage());
      return new Outcome(e.getClass().getSimpleName(), e.getMessage());
    }
  }

  /** An archive that is whole is whole for everybody, and what is in it can be packed again. */
  private static void checkWhole(
      byte[] bytes, MemoryVolumes volumes, MemoryVolumes salvaged, Salvager.Report report)
      throws IOException {
    ArchiveReader archive = ArchiveReader.open(source(bytes));
    List<MemoryVolume> restored = new ArrayList<>(volumes.committed().values());
    boolean anySegment = archive.index().segmentCount() > 0;
    Require.that(report.complete() == anySegment, "verified, and salvage has %s", report.damage());
    Require.that(
        salvaged.differenceTo(restored).isEmpty(), "unpack and salvage restore other volumes");
    byte[] again = packAgain(archive, restored);
    verify(again);
    ArchiveReader repacked = ArchiveReader.open(source(again));
    requireSame(archive.index(), repacked.index());
    requireSame(archive.seal(), repacked.seal());
  }

  private static byte[] packAgain(ArchiveReader archive, List<MemoryVolume> volumes)
      throws IOException {
    byte[] manifest = archive.index().manifest();
    ArchiveStamp stamp =
        new ArchiveStamp(
            archive.seal().uuid(),
            archive.seal().createdAt(),
            String.valueOf(archive.seal().tool()));
    Packer packer = new Packer(new PackOptions(1, 1, archive.index().geometry()), new Progress());
    Plan plan = packer.plan(archive.image(), manifest, volumes, listed -> stamp);
    MemoryStore store = new MemoryStore();
    packer.pack(plan, volumes, store, NAME);
    return store.bytes(NAME).orElseThrow();
  }

  private static void requireSame(Index one, Index other) {
    Require.that(one.segmentCount() == other.segmentCount(), "packed again, other segments");
    for (int number = 0; number < one.volumes().size(); number++) {
      Require.that(
          one.volumes().get(number).listed().equals(other.volumes().get(number).listed())
              && one.volumes().get(number).zeroBlocks() == other.volumes().get(number).zeroBlocks(),
          "packed again, volume %d lists other blocks",
          number);
    }
  }

  private static void requireSame(Seal one, Seal other) {
    Require.that(
        Arrays.equals(one.manifestSha256(), other.manifestSha256()),
        "packed again, another manifest is sealed");
    for (int number = 0; number < one.volumes().size(); number++) {
      Require.that(
          Arrays.equals(
              one.volumes().get(number).linearSha256(), other.volumes().get(number).linearSha256()),
          "packed again, volume %d has another digest",
          number);
    }
  }
}

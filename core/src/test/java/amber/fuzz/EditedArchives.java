package amber.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSet;
import amber.fixture.ArchiveEditor;
import amber.fixture.ArchiveEditor.Kind;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/** A small archive, one part of which is replaced. */
final class EditedArchives {

  private static final int CRC_AT = 84;

  // The honest archive has two segments, the first of two frames, and then an empty volume.
  private static final int SEGMENT = 0;
  private static final int FRAME = 0;

  /** What is replaced. */
  enum Part {
    /** The locator's fields; its digest is made again. */
    LOCATOR,
    /** The seek table's frame, its footer included. */
    SEEK_TABLE,
    /** The content of index.bin. */
    INDEX,
    /** The index's frames. */
    INDEX_FRAMES,
    /** The text of seal.json. */
    SEAL,
    /** The content of manifest.json, at the head and in the index. */
    MANIFEST_MEMBER,
    /** A segment, its header and its frames; digest and CRC-32C are made again. */
    SEGMENT,
    /** A data frame of a segment. */
    FRAME,
    /** The tar headers and the sparse map of a volume, which are compressed. */
    PROLOG,
    /** The frames of a volume's headers. */
    PROLOG_FRAMES,
    /** Bytes that belong to nothing, between two segments. */
    STRAY,
    /** The tar stream's first frame, which salvage reads without an index. */
    HEAD;

    String targetName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final byte[] honest;

  EditedArchives() throws IOException {
    BlockSet listed = new BlockSet.Builder().add(0, 1).add(2, 1).add(4, 1).build();
    honest =
        Archives.pack(
            Archives.options(1, new Geometry(1, 2)),
            List.of(
                new GeneratedVolume(1, 4L * Block.SIZE + 512, listed, 30, 100),
                GeneratedVolume.absent(512)));
  }

  /** What the part is in an honest archive. */
  byte[] honest(Part part) {
    AtomicReference<byte[]> seen = new AtomicReference<>(new byte[0]);
    edit(
            new ArchiveEditor(honest),
            part,
            bytes -> {
              seen.set(bytes.clone());
              return bytes;
            })
        .build();
    return seen.get();
  }

  /** The archive with another part; nothing if the part cannot stand in an archive at all. */
  Optional<byte[]> with(Part part, byte[] bytes) {
    try {
      return Optional.of(edit(new ArchiveEditor(honest), part, old -> bytes.clone()).build());
    } catch (IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
      // The editor needs lengths that it can believe.
      return Optional.empty();
    }
  }

  private interface Edit {
    byte[] of(byte[] old);
  }

  private static ArchiveEditor edit(ArchiveEditor archive, Part part, Edit edit) {
    return switch (part) {
      case LOCATOR -> archive.locator(locator -> overwrite(locator, edit));
      case SEEK_TABLE -> archive.seekTable(edit::of);
      case INDEX -> archive.indexBytes(edit::of);
      case INDEX_FRAMES -> archive.indexFrames(edit::of);
      case SEAL -> archive.seal(text -> new String(edit.of(text.getBytes(UTF_8)), UTF_8));
      case MANIFEST_MEMBER -> archive.manifest(edit.of(archive.manifest()));
      case SEGMENT ->
          archive
              .replace(Kind.SEGMENT, SEGMENT, old -> withCrc(edit.of(old)))
              .segmentHeader(SEGMENT, header -> {});
      case FRAME -> archive.dataFrame(SEGMENT, FRAME, edit::of);
      case PROLOG ->
          archive.replace(
              Kind.PROLOG, 0, old -> ArchiveEditor.frames(edit.of(ArchiveEditor.plain(old))));
      case PROLOG_FRAMES -> archive.replace(Kind.PROLOG, 0, edit::of);
      case STRAY -> archive.stray(2, edit.of(ArchiveEditor.padding(100)));
      case HEAD -> archive.last(bytes -> withHead(bytes, edit));
    };
  }

  private static void overwrite(ByteBuffer locator, Edit edit) {
    byte[] fields = new byte[ArchiveEditor.LOCATOR_BYTES];
    locator.get(0, fields);
    byte[] edited = Arrays.copyOf(edit.of(fields), fields.length);
    locator.put(0, edited);
  }

  /** The CRC-32C of the frames must agree for anything in them to be looked at. */
  private static byte[] withCrc(byte[] segment) {
    int headerBytes = 8 + ArchiveEditor.little(segment).getInt(4);
    CRC32C crc = new CRC32C();
    crc.update(segment, headerBytes, segment.length - headerBytes);
    ArchiveEditor.little(segment).putInt(CRC_AT, (int) crc.getValue());
    return segment;
  }

  private static byte[] withHead(byte[] archive, Edit edit) {
    int headBytes = ArchiveEditor.frameLength(archive, 0);
    byte[] head = ArchiveEditor.plain(Arrays.copyOf(archive, headBytes));
    return ArchiveEditor.concat(
        ArchiveEditor.frame(edit.of(head)), Arrays.copyOfRange(archive, headBytes, archive.length));
  }
}

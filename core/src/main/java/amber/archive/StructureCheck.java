package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.frame.Magic;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Checks every byte of an archive that is not a block: that the tar stream is the one that follows
 * from manifest, index and seal, that padding is zero, and that the seek table lists every frame.
 * What stock tools extract is then what this program extracts.
 *
 * <p>Takes the segments in the order of the archive. For one thread.
 */
public final class StructureCheck {

  private final ArchiveReader archive;
  private final ArchiveSource source;
  private final Locator locator;
  private final TarHeaders tar;
  private final SeekTable.Sum frames;
  private final CRC32C smallFrames = new CRC32C();
  private long position;
  private long tarBytes;
  private int nextProlog;

  /** Begins with the manifest. */
  public StructureCheck(ArchiveReader archive) throws IOException {
    this.archive = archive;
    this.source = archive.source();
    this.locator = archive.locator();
    this.frames = new SeekTable.Sum(locator.seekTableFrames());
    this.tar = new TarHeaders(ArchiveWriter.modified(archive.image()));
    checkFile(Manifest.FILE, archive.index().manifest(), locator.manifestStored());
  }

  /** Checks what lies between the segment before and this one, and notes this one's frames. */
  public void segment(ReadSegment segment) throws IOException {
    checkPrologsThrough(segment.entry().volume());
    checkPadding(segment.entry().offset());
    SegmentHeader header = segment.header();
    frames.add(header.frameBytes(), 0);
    for (int frame = 0; frame < header.frameCount(); frame++) {
      frames.add(header.frameLengths()[frame], header.plainBytes(frame));
    }
    position += segment.entry().storedBytes();
  }

  /** Checks what lies behind the last segment. */
  public void finish() throws IOException {
    checkPrologsThrough(archive.index().volumes().size() - 1);
    checkPadding(locator.indexOffset());
    checkFile(Index.FILE, locator.indexBytes(), archive.index()::writeTo, locator.indexStored());
    checkFile(Seal.FILE, archive.sealBytes(), locator.sealStored());
    if (locator.isSigned()) {
      checkFile(Seal.SIGNATURE_FILE, archive.signatureBytes(), locator.signatureStored());
    }
    long locatorOffset = locator.seekTableOffset() - Locator.FRAME_BYTES;
    int endBytes = ArchiveWriter.endBytes(tarBytes);
    checkFrames(
        "the tar stream's end",
        locatorOffset - position,
        endBytes,
        out -> out.write(new byte[endBytes]));
    if ((int) smallFrames.getValue() != locator.smallFramesCrc32c()) {
      throw corrupt(
          "the frames without blocks have CRC-32C %08x, the locator says %08x"
              .formatted((int) smallFrames.getValue(), locator.smallFramesCrc32c()));
    }
    frames.add(Locator.FRAME_BYTES, 0);
    if (!frames.is(locator.seekTableSha256())) {
      throw corrupt("the seek table that its frames make is not the one that the locator names");
    }
    checkSeekTable();
  }

  /**
   * Checks that the stored seek table is the one that the locator names.
   *
   * @throws CorruptArchiveException if it is not
   */
  public void checkSeekTable() throws IOException {
    Locator locator = archive.locator();
    MessageDigest sha256 = BlockDigest.newSha256();
    ByteBuffer piece = ByteBuffer.allocate(1 << 20);
    for (long at = locator.seekTableOffset(); at < archive.sizeBytes(); ) {
      piece.clear().limit((int) Math.min(piece.capacity(), archive.sizeBytes() - at));
      archive.source().read(at, piece);
      at += piece.position();
      sha256.update(piece.flip());
    }
    if (!Arrays.equals(sha256.digest(), locator.seekTableSha256())) {
      throw new CorruptArchiveException(
          archive.location(), "the seek table does not match the locator's SHA-256");
    }
  }

  private void checkPrologsThrough(int volume) throws IOException {
    while (nextProlog <= volume) {
      VolumeEntry entry = archive.index().volumes().get(nextProlog);
      Volume named = archive.image().volumes().get(nextProlog);
      checkPadding(entry.prologOffset());
      VolumeProlog prolog = new VolumeProlog(tar, named, entry.listed());
      checkFrames("headers of " + named, entry.prologBytes(), prolog.bytes(), prolog::writeTo);
      tarBytes += prolog.memberBytes() - prolog.bytes();
      nextProlog++;
    }
  }

  private void checkFile(String name, byte[] content, long storedBytes) throws IOException {
    checkFile(name, content.length, member -> member.write(content), storedBytes);
  }

  private void checkFile(
      String name, int contentBytes, SmallFrames.Content content, long storedBytes)
      throws IOException {
    checkFrames(
        name,
        storedBytes,
        TarHeaders.memberBytes(contentBytes),
        out -> tar.writeFile(out, name, contentBytes, content));
  }

  private void checkFrames(
      String what, long storedBytes, long plainBytes, SmallFrames.Content content)
      throws IOException {
    long end = position + storedBytes;
    try (SmallFrames small =
        new SmallFrames(source, what, position, end, plainBytes, this::smallFrame)) {
      small.expect(content);
    }
    position = end;
    tarBytes += plainBytes;
  }

  private void smallFrame(ByteBuffer stored, int plainBytes) {
    frames.add(stored.remaining(), plainBytes);
    smallFrames.update(stored);
  }

  /** Checks that only padding lies between here and {@code to}. */
  private void checkPadding(long to) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(Block.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    while (position < to) {
      long room = to - position - Magic.SKIPPABLE_HEADER;
      if (room < 0) {
        throw corrupt("byte %d belongs to nothing".formatted(position));
      }
      source.read(position, piece.clear().limit(Magic.SKIPPABLE_HEADER));
      long length = Integer.toUnsignedLong(piece.getInt(4));
      if (piece.getInt(0) != Magic.PADDING || length > room || length > Integer.MAX_VALUE) {
        throw corrupt("byte %d belongs to nothing, only padding may be there".formatted(position));
      }
      frames.add((int) (Magic.SKIPPABLE_HEADER + length), 0);
      position += Magic.SKIPPABLE_HEADER;
      for (long left = length; left > 0; left -= piece.limit()) {
        source.read(position, piece.clear().limit((int) Math.min(piece.capacity(), left)));
        if (!Block.isZero(piece.flip())) {
          throw corrupt("padding at byte %d is not zero".formatted(position));
        }
        position += piece.limit();
      }
    }
  }

  private CorruptArchiveException corrupt(String problem) {
    return new CorruptArchiveException(archive.location(), problem);
  }
}

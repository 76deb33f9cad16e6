package amber.archive;

import amber.block.BlockDigest;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
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
  private final SeekTableDigest frames;
  private final CRC32C smallFrames = new CRC32C();
  private long position;
  private long tarBytes;
  private int nextProlog;

  /** Begins with the manifest. */
  public StructureCheck(ArchiveReader archive) throws IOException {
    this.archive = archive;
    this.source = archive.source();
    this.locator = archive.locator();
    this.frames = new SeekTableDigest(locator.seekTableFrames());
    this.tar = new TarHeaders(ArchiveWriter.modified(archive.image()));
    checkFile(Manifest.FILE, archive.index().manifest(), locator.manifestStored());
  }

  /** Checks what lies between the segment before and this one, and notes this one's frames. */
  public void segment(ReadSegment segment) throws IOException {
    checkPrologsThrough(segment.entry().volume());
    checkPadding(segment.entry().offset());
    SegmentHeader header = segment.header();
    addFrame(header.frameBytes(), 0);
    for (int frame = 0; frame < header.frameCount(); frame++) {
      addFrame(header.frameLengths()[frame], header.plainBytes(frame));
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
    addFrame(Locator.FRAME_BYTES, 0);
    if (!frames.isOf(locator.seekTableSha256())) {
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

  private void smallFrame(ByteBuffer stored, int plainBytes) throws CorruptArchiveException {
    addFrame(stored.remaining(), plainBytes);
    smallFrames.update(stored);
  }

  /** Checks that only padding lies between here and {@code to}. */
  private void checkPadding(long to) throws IOException {
    Padding.check(source, position, to, storedBytes -> addFrame(storedBytes, 0));
    position = Math.max(position, to);
  }

  private void addFrame(int storedBytes, int plainBytes) throws CorruptArchiveException {
    try {
      frames.add(storedBytes, plainBytes);
    } catch (BadStructureException e) {
      throw corrupt(e.getMessage());
    }
  }

  private CorruptArchiveException corrupt(String problem) {
    return new CorruptArchiveException(archive.location(), problem);
  }
}

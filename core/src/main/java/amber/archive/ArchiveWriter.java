package amber.archive;

import amber.block.BlockDigest;
import amber.frame.FrameEncoder;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.seal.SealSignature;
import amber.store.PendingArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Lays an archive out: the manifest, then each volume's headers and segments, then the tail with
 * index, seal, locator and seek table. Segments are taken in the order of the plan. For one thread;
 * it must be closed.
 */
public final class ArchiveWriter implements AutoCloseable {

  private final Plan plan;
  private final PendingArchive out;
  private final SegmentLog log;
  private final Optional<SealSigning> signing;
  private final TarHeaders tar;
  private final FrameEncoder encoder;
  private final FrameStream small;
  private final SeekTable seekTable = new SeekTable();
  private final IndexWriter index;
  private final List<MessageDigest> linear = new ArrayList<>();
  private final CRC32C smallFrames = new CRC32C();
  private long offset;
  private long tarBytes;
  private int nextProlog;
  private final long manifestStored;

  /**
   * Begins the archive: writes the manifest.
   *
   * @param log hears of each segment that is appended
   */
  public ArchiveWriter(Plan plan, int level, PendingArchive out, SegmentLog log)
      throws IOException {
    this(plan, level, out, log, Optional.empty());
  }

  /**
   * Begins an archive that may be signed: writes the manifest.
   *
   * @param log hears of each segment that is appended
   * @param signing signs the seal
   */
  public ArchiveWriter(
      Plan plan, int level, PendingArchive out, SegmentLog log, Optional<SealSigning> signing)
      throws IOException {
    this.plan = plan;
    this.out = out;
    this.log = log;
    this.signing = signing;
    this.tar = new TarHeaders(modified(plan.image()));
    this.index = new IndexWriter(plan);
    plan.image().volumes().forEach(volume -> linear.add(BlockDigest.newSha256()));
    this.encoder = new FrameEncoder(level);
    this.small = new FrameStream(encoder, this::appendFrame);
    try {
      writeFile(Manifest.FILE, plan.manifest());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    manifestStored = offset;
  }

  /**
   * The modification time that all of an archive's members have: when the image was made, or 0 if
   * tar cannot say that.
   */
  static Instant modified(Image image) {
    return image
        .createdAt()
        .filter(time -> !time.isBefore(Instant.EPOCH) && !time.isAfter(TarHeaders.LAST_TIME))
        .orElse(Instant.EPOCH);
  }

  /**
   * Appends the next segment.
   *
   * @param release runs when the segment's buffer is no longer needed
   */
  public void append(PackedSegment segment, Runnable release) throws IOException {
    SegmentHeader header = segment.header();
    add(header, segment.headerHash());
    log.segment(header.number(), offset, segment.headerFrame());
    out.appendPrepared(segment.bytes(), release);
  }

  /**
   * Passes over the next segment, which an earlier run has stored.
   *
   * @param header what the log was told of it
   * @return the header, read
   * @throws IOException if the header is damaged, or another segment's than the one planned
   */
  public SegmentHeader passOver(PlannedSegment planned, ByteBuffer header) throws IOException {
    SegmentHeader read;
    try {
      read = SegmentHeader.read(header);
    } catch (BadStructureException e) {
      throw new IOException("%s: noted %s".formatted(planned, e.getMessage()), e);
    }
    if (!read.uuid().equals(plan.stamp().uuid())
        || read.number() != planned.number()
        || read.volume() != planned.volume().number()
        || read.volumeBytes() != planned.volume().sizeBytes()
        || read.firstOrdinal() != planned.firstOrdinal()
        || read.blocksPerFrame() != plan.geometry().blocksPerFrame()
        || !Arrays.equals(read.blocks(), planned.blocks())) {
      throw new IOException(
          "%s: another was noted in its place, of %d blocks of volume %d"
              .formatted(planned, read.blocks().length, read.volume()));
    }
    add(read, SegmentHeader.hashOf(header));
    out.skip(read.storedBytes());
    return read;
  }

  /** How long the archive is so far, in bytes. */
  public long sizeBytes() {
    return offset;
  }

  /** Adds the next segment to all that the tail will say. */
  private void add(SegmentHeader header, byte[] headerHash) throws IOException {
    writePrologsThrough(header.volume());
    int storedBytes = Math.toIntExact(header.storedBytes());
    index.segment(
        new SegmentEntry(
            header.number(),
            offset,
            header.firstOrdinal(),
            header.volume(),
            header.blocks().length,
            header.zeroBlocks(),
            storedBytes,
            headerHash));
    linear.get(header.volume()).update(header.digests());
    seekTable.add(header.frameBytes(), 0);
    for (int frame = 0; frame < header.frameCount(); frame++) {
      seekTable.add(header.frameLengths()[frame], header.plainBytes(frame));
      tarBytes += header.plainBytes(frame);
    }
    offset += storedBytes;
  }

  /** Writes the tail, when every segment was appended. What is left to do is to commit. */
  public void finish() throws IOException {
    writePrologsThrough(plan.image().volumes().size() - 1);
    int indexBytes = index.sizeBytes();
    long indexOffset = offset;
    tar.writeFile(small, Index.FILE, indexBytes, index::writeTo);
    small.cut();
    long sealOffset = offset;
    byte[] seal = seal(index.sha256()).write();
    writeFile(Seal.FILE, seal);
    long signatureOffset = offset;
    byte[] signature = signing.isPresent() ? signing.get().sign(seal) : new byte[0];
    if (signing.isPresent()) {
      requireFits(signature);
      writeFile(Seal.SIGNATURE_FILE, signature);
    }
    long endOffset = offset;
    small.write(new byte[endBytes(tarBytes)]);
    small.cut();
    seekTable.add(Locator.FRAME_BYTES, 0);
    Locator locator =
        new Locator(
            plan.stamp().uuid(),
            Math.toIntExact(manifestStored),
            indexOffset,
            sealOffset - indexOffset,
            indexBytes,
            sealOffset,
            Math.toIntExact(signatureOffset - sealOffset),
            seal.length,
            offset + Locator.FRAME_BYTES,
            seekTable.frames(),
            (int) smallFrames.getValue(),
            sha256(seal),
            seekTable.sha256(),
            Math.toIntExact(endOffset - signatureOffset),
            signature.length);
    out.append(locator.write());
    seekTable.writeTo(out::append);
  }

  private static void requireFits(byte[] signature) throws IOException {
    if (signature.length == 0 || signature.length > SealSignature.MAX_BYTES) {
      throw new IOException(
          "a signature of %d bytes, should have at most %d: leave issuers' certificates out"
              .formatted(signature.length, SealSignature.MAX_BYTES));
    }
  }

  /** Zeros that end a tar stream of that length: two records at least, and whole blocks of 20. */
  static int endBytes(long tarBytes) {
    long end = tarBytes + 2L * TarHeaders.RECORD;
    long padded = (end + TarHeaders.BLOCKING - 1) / TarHeaders.BLOCKING * TarHeaders.BLOCKING;
    return (int) (padded - tarBytes);
  }

  @Override
  public void close() throws IOException {
    encoder.close();
    try (index) {
      seekTable.close();
    }
  }

  private Seal seal(byte[] indexSha256) {
    List<Seal.VolumeSeal> volumes = new ArrayList<>();
    for (Volume volume : plan.image().volumes()) {
      volumes.add(
          new Seal.VolumeSeal(
              volume.sizeBytes(),
              plan.listed().get(volume.number()).size(),
              linear.get(volume.number()).digest()));
    }
    return new Seal(
        plan.stamp().uuid(),
        plan.stamp().createdAt(),
        plan.stamp().tool(),
        sha256(plan.manifest()),
        indexSha256,
        volumes);
  }

  private void writePrologsThrough(int volume) throws IOException {
    while (nextProlog <= volume) {
      long start = offset;
      new VolumeProlog(tar, plan.image().volumes().get(nextProlog), plan.listed().get(nextProlog))
          .writeTo(small);
      small.cut();
      index.prolog(nextProlog, start, offset - start);
      nextProlog++;
    }
  }

  private void writeFile(String name, byte[] content) throws IOException {
    tar.writeFile(small, name, content);
    small.cut();
  }

  private void appendFrame(ByteBuffer frame, int plainBytes) throws IOException {
    seekTable.add(frame.remaining(), plainBytes);
    offset += frame.remaining();
    tarBytes += plainBytes;
    smallFrames.update(frame.duplicate());
    out.append(frame);
  }

  private static byte[] sha256(byte[] bytes) {
    return BlockDigest.newSha256().digest(bytes);
  }
}

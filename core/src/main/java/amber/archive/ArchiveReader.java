package amber.archive;

import amber.block.BlockDigest;
import amber.frame.ZstdLibrary;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.image.Volume;
import amber.seal.BadSignatureException;
import amber.seal.SealSignature;
import amber.seal.SignerTrust;
import amber.seal.UntrustedArchiveException;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * An archive that was opened by its end: what it holds, and where. Everything that is told here was
 * checked against the seal.
 *
 * <p>Opening takes one read, and if the index is larger than expected one more for each 6 MiB of
 * it. Safe for many threads.
 */
public final class ArchiveReader {

  // 6 MiB hold the tail of 1 TiB of listed data; small archives are not read whole.
  private static final int MIN_TAIL_BYTES = 64 << 10;
  private static final int MAX_TAIL_BYTES = TailCache.MOST_BYTES;
  private static final int TAIL_SHARE = 16;

  private final TailCache source;
  private final Locator locator;
  private final Seal seal;
  private final SignedSeal signed;
  private final boolean isTrusted;
  private final Index index;
  private final Image image;

  /**
   * The seal as it is stored.
   *
   * @param bytes of seal.json
   * @param signatureBytes of seal.p7s, none if the archive is not signed
   * @param signature the same, found to be of the seal
   */
  private record SignedSeal(
      byte[] bytes, byte[] signatureBytes, Optional<SealSignature> signature) {}

  private ArchiveReader(
      TailCache source,
      Locator locator,
      Seal seal,
      SignedSeal signed,
      boolean isTrusted,
      Index index,
      Image image) {
    this.source = source;
    this.locator = locator;
    this.seal = seal;
    this.signed = signed;
    this.isTrusted = isTrusted;
    this.index = index;
    this.image = image;
  }

  /**
   * Opens an archive, whoever has made it.
   *
   * @throws CorruptArchiveException if its end is missing or damaged, or its signature is not of it
   * @throws UnsupportedArchiveException if it is of a newer format
   * @throws UnsupportedImageException if its image needs a newer version of this program
   */
  public static ArchiveReader open(ArchiveSource archive) throws IOException {
    return open(archive, Optional.empty());
  }

  /**
   * Opens an archive.
   *
   * @param trust whose signature it must have; that is checked before anything is made of what the
   *     archive says
   * @throws UntrustedArchiveException if nobody of those has signed it
   * @throws CorruptArchiveException if its end is missing or damaged, or its signature is not of it
   * @throws UnsupportedArchiveException if it is of a newer format
   * @throws UnsupportedImageException if its image needs a newer version of this program
   */
  public static ArchiveReader open(ArchiveSource archive, Optional<SignerTrust> trust)
      throws IOException {
    ZstdLibrary.require();
    TailCache source = new TailCache(archive);
    try {
      Locator locator = readLocator(source);
      SignedSeal signed = readSeal(source, locator);
      if (trust.isPresent()) {
        trust.get().require(signed.signature(), source.location());
      }
      Seal seal = Seal.read(signed.bytes(), source.location());
      Index index = readIndex(source, locator, seal);
      Image image = readImage(source, seal, index);
      source.drop();
      return new ArchiveReader(source, locator, seal, signed, trust.isPresent(), index, image);
    } catch (BadStructureException | BadSignatureException e) {
      throw new CorruptArchiveException(source.location(), e.getMessage());
    }
  }

  /** The UUID that the locator tells, or nothing if the archive's end is not whole. */
  static Optional<UUID> uuidAtEnd(ArchiveSource archive) throws IOException {
    try {
      return Optional.of(readLocator(new TailCache(archive)).uuid());
    } catch (BadStructureException | UnsupportedArchiveException e) {
      return Optional.empty();
    }
  }

  private static Locator readLocator(TailCache source) throws IOException, BadStructureException {
    long size = source.sizeBytes();
    long smallest = Locator.FRAME_BYTES + SeekTable.frameBytes(1);
    BadStructureException.check(
        size >= smallest, "%d bytes, an archive has at least %d", size, smallest);
    int ahead = source.atHand();
    int tail =
        ahead > 0
            ? ahead
            : (int)
                Math.min(
                    size, Math.max(MIN_TAIL_BYTES, Math.min(MAX_TAIL_BYTES, size / TAIL_SHARE)));
    source.load(size - tail, tail);
    int frames = SeekTable.readFooter(read(source, size - SeekTable.FOOTER_BYTES, 9));
    long position = size - SeekTable.frameBytes(frames) - Locator.FRAME_BYTES;
    BadStructureException.check(
        position > 0, "a seek table of %d frames exceeds the archive's %d bytes", frames, size);
    byte[] frame = read(source, position, Locator.FRAME_BYTES).array();
    Locator locator = Locator.read(frame, source.location());
    locator.checkPlaces(position, frames);
    if (!source.holds(locator.indexOffset())) {
      long length = position - locator.indexOffset();
      BadStructureException.check(
          length <= Index.MAX_BYTES, "an index of %d bytes, at most %d", length, Index.MAX_BYTES);
      source.readAhead(position);
    }
    return locator;
  }

  private static SignedSeal readSeal(TailCache source, Locator locator)
      throws IOException, BadStructureException, BadSignatureException {
    byte[] seal =
        readFile(
            source, "the seal", locator.sealOffset(), locator.sealStored(), locator.sealBytes());
    BadStructureException.check(
        Arrays.equals(sha256(seal), locator.sealSha256()),
        "the seal does not match the locator's SHA-256");
    if (!locator.isSigned()) {
      return new SignedSeal(seal, new byte[0], Optional.empty());
    }
    byte[] signature =
        readFile(
            source,
            "the signature",
            locator.signatureOffset(),
            locator.signatureStored(),
            locator.signatureBytes());
    return new SignedSeal(seal, signature, Optional.of(SealSignature.read(signature, seal)));
  }

  private static Index readIndex(TailCache source, Locator locator, Seal seal)
      throws IOException, BadStructureException {
    // Honest indexes are far smaller than their archive, but for the manifest; memory is promised
    // to nobody who cannot back it with bytes.
    long limit = Math.min(Index.MAX_BYTES, source.sizeBytes() + 2L * Manifest.MAX_BYTES);
    BadStructureException.check(
        locator.indexBytes() <= limit,
        "an index of %d bytes, should be at most %d",
        locator.indexBytes(),
        limit);
    Spool bytes = new Spool();
    MessageDigest sha256 = BlockDigest.newSha256();
    readFile(
        source,
        "the index",
        locator.indexOffset(),
        locator.indexStored(),
        locator.indexBytes(),
        piece -> {
          sha256.update(piece.duplicate());
          bytes.append(piece);
        });
    BadStructureException.check(
        Arrays.equals(sha256.digest(), seal.indexSha256()),
        "the index does not match the seal's SHA-256");
    Index index = IndexReader.read(bytes);
    index.checkPlaces(locator.manifestStored(), locator.indexOffset());
    BadStructureException.check(
        index.uuid().equals(locator.uuid()) && seal.uuid().equals(locator.uuid()),
        "locator, seal and index are of different archives");
    return index;
  }

  private static Image readImage(TailCache source, Seal seal, Index index)
      throws IOException, BadStructureException {
    byte[] manifest = index.manifest();
    BadStructureException.check(
        Arrays.equals(sha256(manifest), seal.manifestSha256()),
        "the manifest does not match the seal's SHA-256");
    Image image;
    try {
      image = Manifest.read(manifest, source.location());
    } catch (InvalidImageException e) {
      throw new CorruptArchiveException(source.location(), "its manifest is invalid", e);
    }
    int volumes = index.volumes().size();
    BadStructureException.check(
        image.volumes().size() == volumes && seal.volumes().size() == volumes,
        "manifest and seal name %d and %d volumes, the index has %d",
        image.volumes().size(),
        seal.volumes().size(),
        volumes);
    for (Volume volume : image.volumes()) {
      VolumeEntry entry = index.volumes().get(volume.number());
      Seal.VolumeSeal sealed = seal.volumes().get(volume.number());
      BadStructureException.check(
          volume.sizeBytes() == entry.sizeBytes()
              && sealed.sizeBytes() == entry.sizeBytes()
              && sealed.listedBlocks() == entry.listed().size(),
          "manifest, seal and index do not agree on %s",
          volume);
    }
    return image;
  }

  private static byte[] readFile(
      TailCache source, String what, long offset, long stored, int contentBytes)
      throws IOException {
    ByteBuffer content = ByteBuffer.allocate(contentBytes);
    readFile(source, what, offset, stored, contentBytes, content::put);
    return content.array();
  }

  private static void readFile(
      TailCache source,
      String what,
      long offset,
      long stored,
      int contentBytes,
      Spool.Pieces<IOException> pieces)
      throws IOException {
    long plain = TarHeaders.memberBytes(contentBytes);
    try (SmallFrames frames =
        new SmallFrames(source, what, offset, offset + stored, plain, (s, p) -> {})) {
      frames.readFile(contentBytes, pieces);
      frames.requireEnd();
    }
  }

  private static ByteBuffer read(TailCache source, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    source.read(position, bytes);
    return bytes.flip();
  }

  private static byte[] sha256(byte[] bytes) {
    return BlockDigest.newSha256().digest(bytes);
  }

  /** Where the archive is. */
  public String location() {
    return source.location();
  }

  /** The archive's size. */
  public long sizeBytes() {
    return source.sizeBytes();
  }

  /** The version of the archive's format. */
  public int formatVersion() {
    return Locator.VERSION;
  }

  /** What is packed. */
  public Image image() {
    return image;
  }

  /** What is where. */
  public Index index() {
    return index;
  }

  /** The digests that everything hangs from. */
  public Seal seal() {
    return seal;
  }

  /** Whose signature it has, if it is signed: one that was found to be of this archive. */
  public Optional<SealSignature> signature() {
    return signed.signature();
  }

  /** Whether it was opened as one that somebody trusted must have signed. */
  public boolean isTrusted() {
    return isTrusted;
  }

  /** How many bytes were read from the archive so far. */
  public long bytesRead() {
    return source.bytesRead();
  }

  /** In how many reads. */
  public int reads() {
    return source.reads();
  }

  /** The most that a reader of segments needs to hold of the archive at once. */
  int largestSegmentBytes() {
    return Math.min(index.largestSegmentBytes(), index.geometry().maxSegmentBytes());
  }

  /** The archive's bytes. */
  ArchiveSource source() {
    return source;
  }

  Locator locator() {
    return locator;
  }

  byte[] sealBytes() {
    return signed.bytes();
  }

  byte[] signatureBytes() {
    return signed.signatureBytes();
  }
}

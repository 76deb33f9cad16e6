package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.seal.SealedArchive;
import amber.seal.SignerTrust;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Optional;

/** Opens the archives that operands name. */
final class Archives {

  private static final int ZSTD_MAGIC = 0xFD2FB528;
  private static final int ENVELOPE_MAGIC = 0x184D2A5F;

  private Archives() {}

  /**
   * Checks that an operand can be an archive to be read.
   *
   * @throws RefusedException if not
   */
  static void requireSense(Operand operand) throws RefusedException {
    if (operand instanceof Operand.Local local && Files.isDirectory(local.path())) {
      throw RefusedException.usage(
          local + ": is a directory, should be an archive file",
          "amber pack DIRECTORY ARCHIVE makes an archive of an image directory");
    }
    if (operand instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: an archive cannot be read from stdin, its end is needed first",
          "save it to a file; or let stock tools unpack the stream: zstd -dc | tar -xS");
    }
    if (!(operand instanceof Operand.Local) && !(operand instanceof Operand.Stored)) {
      throw RefusedException.usage(
          operand + ": is no archive, should be a file or s3://BUCKET/KEY",
          "pack it first: amber pack %s ARCHIVE".formatted(operand));
    }
  }

  /** The archive that an ARCHIVE to be read names. */
  static ArchiveSource source(Operand operand, StoredArchives s3) throws IOException {
    requireSense(operand);
    return operand instanceof Operand.Local local
        ? FileStore.open(local.path())
        : s3.open(((Operand.Stored) operand).location());
  }

  /**
   * Opens an archive by its end, and says more than its reader can if that is not there.
   *
   * @param trust whom to trust, if a signature is asked for
   */
  static ArchiveReader open(ArchiveSource source, Optional<SignerTrust> trust) throws IOException {
    try {
      return ArchiveReader.open(source, trust);
    } catch (CorruptArchiveException e) {
      requireNotCut(source);
      String hint = hint(source, e.getMessage());
      throw new RefusedException(Outcome.CORRUPT, e.getMessage(), hint, e);
    }
  }

  /**
   * Checks that what is not an encrypted archive was not one once.
   *
   * @throws RefusedException if it was, and has lost its end
   */
  static void requireNotCut(ArchiveSource source) throws IOException {
    if (magic(source) == ENVELOPE_MAGIC) {
      throw new RefusedException(
          Outcome.CORRUPT,
          source.location()
              + ": begins as an encrypted archive, but its end is missing, without which nothing in"
              + " it can be opened",
          "fetch the archive again");
    }
  }

  /**
   * An archive as salvage reads it: what is damaged in an encrypted one reads as zeros.
   *
   * @param source the archive, opened if it is encrypted; closed if this fails
   * @throws RefusedException if it is an encrypted one that has lost its end
   */
  static ArchiveSource forSalvage(ArchiveSource source) throws IOException {
    ArchiveSource lenient = SealedArchive.salvaging(source);
    try {
      requireNotCut(lenient);
      return lenient;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static String hint(ArchiveSource source, String problem) throws IOException {
    if (problem.startsWith(source.location() + ": its signature")) {
      return "it was changed after it was signed, or its signature is none: fetch it again from"
          + " whoever made it";
    }
    return magic(source) == ZSTD_MAGIC
        ? "amber verify --scan ARCHIVE tells what is whole;"
            + " amber unpack --salvage ARCHIVE TARGET recovers it"
        : "its first bytes are none of an archive's: is it the right file?";
  }

  /** Whether its first bytes are an archive's. */
  static boolean beginsAsArchive(ArchiveSource source) throws IOException {
    int magic = magic(source);
    return magic == ZSTD_MAGIC || magic == ENVELOPE_MAGIC;
  }

  private static int magic(ArchiveSource source) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      source.read(0, start);
    } catch (EOFException e) {
      return 0;
    }
    return start.getInt(0);
  }
}

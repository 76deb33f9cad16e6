package amber.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/**
 * The tar headers of an archive (POSIX ustar, written by Commons Compress): what makes stock tools
 * see a manifest and sparse files. Each header follows from names, sizes and the image's time.
 */
final class TarHeaders {

  /** Tar's unit: headers have this size, contents are padded to it. */
  static final int RECORD = 512;

  /** The end of a tar stream is padded to this. */
  static final int BLOCKING = 20 * RECORD;

  /** The last time that a header can say in octal digits: in the year 2242. */
  static final Instant LAST_TIME = Instant.ofEpochSecond(077777777777L);

  private static final ZipEncoding ASCII = ZipEncodingHelper.getZipEncoding("US-ASCII");

  // The largest size that 11 octal digits can say; beyond it, base-256 as GNU and star write it.
  // A pax size record instead would break Python 3.11's tarfile (its bugs 83869, 136601, 136602).
  private static final long MAX_OCTAL_SIZE = 077777777777L;

  private final Instant modified;

  /** Headers whose members were all modified at that time. */
  TarHeaders(Instant modified) {
    this.modified = modified;
  }

  /** The bytes that pad content of this size to whole records, 0 to 511. */
  static int padding(long contentBytes) {
    return (int) (-contentBytes & (RECORD - 1));
  }

  /** What a member with content of this size takes, header and padding included. */
  static long memberBytes(long contentBytes) {
    return RECORD + contentBytes + padding(contentBytes);
  }

  /** The header of a regular file. */
  byte[] file(String name, long contentBytes) {
    return header(name, TarConstants.LF_NORMAL, contentBytes);
  }

  /** Writes a whole regular file. */
  void writeFile(OutputStream out, String name, byte[] content) throws IOException {
    writeFile(out, name, content.length, member -> member.write(content));
  }

  /** Writes a whole regular file, whose content has so many bytes. */
  void writeFile(OutputStream out, String name, long contentBytes, SmallFrames.Content content)
      throws IOException {
    out.write(file(name, contentBytes));
    content.writeTo(out);
    out.write(new byte[padding(contentBytes)]);
  }

  /**
   * The headers of a sparse file in GNU's format 1.0: pax records, then the file itself, whose
   * content begins with the sparse map.
   *
   * <p>Commons Compress 1.28 swallows {@code GNU.sparse} records that it is given, so they are
   * encoded here.
   */
  byte[] sparseFile(String name, long realBytes, long mapAndDataBytes) {
    String records =
        paxRecord("GNU.sparse.major", "1")
            + paxRecord("GNU.sparse.minor", "0")
            + paxRecord("GNU.sparse.name", name)
            + paxRecord("GNU.sparse.realsize", Long.toString(realBytes));
    byte[] pax = records.getBytes(StandardCharsets.US_ASCII);
    int paxBytes = pax.length + padding(pax.length);
    byte[] headers = new byte[RECORD + paxBytes + RECORD];
    byte[] paxHeader =
        header("./PaxHeaders/" + name, TarConstants.LF_PAX_EXTENDED_HEADER_LC, pax.length);
    System.arraycopy(paxHeader, 0, headers, 0, RECORD);
    System.arraycopy(pax, 0, headers, RECORD, pax.length);
    byte[] fileHeader =
        header("./GNUSparseFile.0/" + name, TarConstants.LF_NORMAL, mapAndDataBytes);
    System.arraycopy(fileHeader, 0, headers, RECORD + paxBytes, RECORD);
    return headers;
  }

  /** One pax record: its own length in decimal, a space, keyword=value, a line feed. */
  private static String paxRecord(String keyword, String value) {
    int length = keyword.length() + value.length() + 3;
    int withDigits = length + Integer.toString(length).length();
    withDigits = length + Integer.toString(withDigits).length();
    return withDigits + " " + keyword + "=" + value + "\n";
  }

  private byte[] header(String name, byte type, long size) {
    // preserveAbsolutePath, so that "./" stays.
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setSize(size);
    entry.setMode(0644);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setModTime(modified.toEpochMilli());
    byte[] header = new byte[RECORD];
    try {
      entry.writeEntryHeader(header, ASCII, size > MAX_OCTAL_SIZE);
    } catch (IOException e) {
      throw new IllegalStateException("bug: no tar header for " + name, e);
    }
    return header;
  }
}

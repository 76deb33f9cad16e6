package amber.archive;

import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Volume;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What stands before a volume's first block in the tar stream: the headers of a sparse file and its
 * map, in GNU's format 1.0. Made piece by piece, because the map of a large volume can exceed
 * memory, and always alike, so that readers can compare it with the index.
 */
final class VolumeProlog {

  private final Volume volume;
  private final BlockSet blocks;
  private final byte[] headers;
  private final String count;
  private final long mapBytes;
  private final long dataBytes;

  VolumeProlog(TarHeaders tar, Volume volume, BlockSet blocks) {
    this.volume = volume;
    this.blocks = blocks;
    dataBytes = dataBytes(volume, blocks);
    int extents = blocks.extentCount() + (needsEndExtent() ? 1 : 0);
    long textBytes = textBytes(extents);
    // Commons Compress up to 1.28 skips 512 bytes too many after a map that fills its last record.
    boolean extraZero = textBytes % TarHeaders.RECORD == 0;
    count = (extraZero ? "0" : "") + extents;
    long text = textBytes + (extraZero ? 1 : 0);
    mapBytes = text + TarHeaders.padding(text);
    headers = tar.sparseFile(volume.file(), volume.sizeBytes(), mapBytes + dataBytes);
  }

  /** The bytes of the listed blocks that lie inside the volume. */
  static long dataBytes(Volume volume, BlockSet blocks) {
    if (blocks.size() == 0) {
      return 0;
    }
    long whole = (long) (blocks.size() - 1) * Block.SIZE;
    return whole + Block.length(blocks.last(), volume.sizeBytes());
  }

  /** What the headers and the map take. */
  long bytes() {
    return headers.length + mapBytes;
  }

  /** What the member takes in the tar stream, the data included; that needs no padding. */
  long memberBytes() {
    return bytes() + dataBytes;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(headers);
    Text text = new Text(out);
    text.line(count);
    blocks.forEachExtent(
        (first, blockCount) -> {
          text.number(Block.offset(first));
          text.number(extentBytes(first, blockCount));
        });
    if (needsEndExtent()) {
      text.number(volume.sizeBytes());
      text.number(0);
    }
    out.write(new byte[TarHeaders.padding(text.bytes)]);
  }

  // Without it GNU tar leaves a file too short whose end is a hole, and reports success.
  private boolean needsEndExtent() {
    return !blocks.contains(Block.count(volume.sizeBytes()) - 1);
  }

  private long extentBytes(int first, int blockCount) {
    return Math.min((long) blockCount * Block.SIZE, volume.sizeBytes() - Block.offset(first));
  }

  private long textBytes(int extents) {
    long[] bytes = {digits(extents) + 1};
    blocks.forEachExtent(
        (first, blockCount) -> {
          bytes[0] += digits(Block.offset(first)) + digits(extentBytes(first, blockCount)) + 2;
        });
    if (needsEndExtent()) {
      bytes[0] += digits(volume.sizeBytes()) + digits(0) + 2;
    }
    return bytes[0];
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** Decimal numbers, one a line. */
  private static final class Text {
    private final OutputStream out;
    private final byte[] line = new byte[20];
    private long bytes;

    Text(OutputStream out) {
      this.out = out;
    }

    void line(String text) throws IOException {
      for (int i = 0; i < text.length(); i++) {
        line[i] = (byte) text.charAt(i);
      }
      line[text.length()] = '\n';
      write(0, text.length() + 1);
    }

    void number(long number) throws IOException {
      int at = line.length;
      line[--at] = '\n';
      long rest = number;
      do {
        line[--at] = (byte) ('0' + rest % 10);
        rest /= 10;
      } while (rest > 0);
      write(at, line.length - at);
    }

    private void write(int from, int length) throws IOException {
      out.write(line, from, length);
      bytes += length;
    }
  }
}

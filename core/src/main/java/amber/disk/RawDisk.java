package amber.disk;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.block.SourceChangedException;
import amber.image.InvalidImageException;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * A volume in a raw disk image or on a block device. Holes of the file are absent blocks; a block
 * with any data in it, zeros too, is listed.
 */
public final class RawDisk implements BlockSource {

  private final Path path;
  private final FileChannel channel;
  private final long sizeBytes;
  private final boolean device;
  private final FileTime modified;
  private boolean holesUnknown;

  private RawDisk(
      Path path, FileChannel channel, long sizeBytes, boolean device, FileTime modified) {
    this.path = path;
    this.channel = channel;
    this.sizeBytes = sizeBytes;
    this.device = device;
    this.modified = modified;
  }

  /**
   * Opens a disk to read.
   *
   * @throws NoSuchFileException if there is none
   * @throws InvalidImageException if its size is not a whole number of sectors, or above 64 TiB
   */
  public static RawDisk open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file");
    }
    if (Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a directory, should be a raw disk image");
    }
    boolean device = !Files.isRegularFile(path);
    if (device && !isDevice(path)) {
      // Opening a pipe would wait for whoever writes to it.
      throw new FileSystemException(
          path.toString(), null, "is no file and no device, should be a raw disk image");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      long sizeBytes = channel.size();
      if (device && sizeBytes == 0) {
        sizeBytes = Holes.deviceBytes(path).orElse(0L);
      }
      if (!Volume.isValidSize(sizeBytes)) {
        throw new InvalidImageException(
            path.toString(),
            "%d bytes, a disk should be a whole number of 512-byte sectors, up to 64 TiB"
                .formatted(sizeBytes));
      }
      return new RawDisk(path, channel, sizeBytes, device, Files.getLastModifiedTime(path));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isDevice(Path path) throws IOException {
    int type = (Integer) Files.getAttribute(path, "unix:mode") & 0170000;
    // macOS offers disks as character devices too.
    return type == 0060000 || type == 0020000;
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public BlockSet listed() throws IOException {
    Optional<BlockSet> listed = Holes.listed(path, sizeBytes);
    holesUnknown = listed.isEmpty();
    return listed.orElseGet(() -> new BlockSet.Builder().add(0, Block.count(sizeBytes)).build());
  }

  /** Whether the last listing took every block because the system could not tell holes. */
  public boolean holesUnknown() {
    return holesUnknown;
  }

  /** When the image was last written to, as of its opening; nothing for a device. */
  public Optional<FileTime> modified() {
    return device ? Optional.empty() : Optional.of(modified);
  }

  /** Looks for what the disk would start from; reads a few sectors of it. */
  public BootSigns bootSigns() throws IOException {
    try {
      return new BootSearch(new DiskBytes(this::readFully, sizeBytes)).run();
    } catch (ClosedByInterruptException | SourceChangedException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "%s: its beginning cannot be read: %s".formatted(location(), e.getMessage()), e);
    }
  }

  private void readFully(long start, ByteBuffer target) throws IOException {
    long position = start;
    while (target.hasRemaining()) {
      int count = channel.read(target, position);
      if (count < 0) {
        throw new SourceChangedException(
            location(), "ends at byte %d, had %d bytes".formatted(position, sizeBytes));
      }
      position += count;
    }
  }

  @Override
  public BlockReader read(int[] indexes) {
    return new Reader(indexes);
  }

  @Override
  public void confirmUnchanged() throws IOException {
    if (device) {
      return;
    }
    long size = channel.size();
    if (size != sizeBytes) {
      throw new SourceChangedException(
          location(), "%d bytes, had %d when the run began".formatted(size, sizeBytes));
    }
    FileTime now = Files.getLastModifiedTime(path);
    if (!now.equals(modified)) {
      throw new SourceChangedException(
          location(), "was written to at %s, while it was read".formatted(now));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private final class Reader implements BlockReader {
    private final int[] indexes;
    private final BlockDigest digest = new BlockDigest();
    private int next;

    Reader(int[] indexes) {
      this.indexes = indexes;
    }

    @Override
    public byte[] next(ByteBuffer slot) throws IOException {
      int index = indexes[next++];
      int start = slot.position();
      int length = Block.length(index, sizeBytes);
      slot.limit(start + length);
      readBlock(index, slot);
      slot.limit(start + Block.SIZE);
      while (slot.hasRemaining()) {
        slot.put((byte) 0);
      }
      return digest.of(slot.position(start));
    }

    private void readBlock(int index, ByteBuffer target) throws IOException {
      try {
        readFully(Block.offset(index), target);
      } catch (ClosedByInterruptException | SourceChangedException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(
            "%s: block %d cannot be read: %s".formatted(location(), index, e.getMessage()), e);
      }
    }

    @Override
    public void close() {
      // Nothing is fetched ahead: the kernel does that.
    }
  }
}

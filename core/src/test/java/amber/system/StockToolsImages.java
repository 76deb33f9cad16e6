package amber.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Unpacker;
import amber.Verifier;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.disk.ImageDirectory;
import amber.disk.PendingImageDirectory;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.seal.Signer;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.StoredArchive;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Images for the system tests, and how to pack and unpack them with a fixed stamp. */
final class StockToolsImages {

  /** When every image here was made. */
  static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  /** The stamp of every archive here. */
  static final ArchiveStamp STAMP =
      new ArchiveStamp(
          UUID.fromString("6a1f3f7e-6b0c-4d8e-9c55-0a1b2c3d4e5f"), CREATED, "amber test");

  private StockToolsImages() {}

  /** What is written to a block. */
  enum Fill {
    ZEROS {
      @Override
      byte[] block(long seed) {
        return new byte[Block.SIZE];
      }
    },
    RANDOM {
      @Override
      byte[] block(long seed) {
        byte[] bytes = new byte[Block.SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
      }
    },
    TEXT {
      @Override
      byte[] block(long seed) {
        StringBuilder text = new StringBuilder(Block.SIZE + 64);
        for (int line = 0; text.length() < Block.SIZE; line++) {
          text.append("volume ").append(seed).append(", line ").append(line).append('\n');
        }
        text.setLength(Block.SIZE);
        return text.toString().getBytes(US_ASCII);
      }
    };

    abstract byte[] block(long seed);
  }

  /** Makes an image directory file by file. */
  static final class DirectoryBuilder {
    private final Path directory;
    private final List<Volume> volumes = new ArrayList<>();

    DirectoryBuilder(Path directory) throws IOException {
      this.directory = Files.createDirectories(directory);
    }

    /** Adds a volume in which these blocks are written. */
    DirectoryBuilder volume(long sizeBytes, Fill fill, List<Integer> blocks) throws IOException {
      Volume volume = new Volume(volumes.size(), sizeBytes, Optional.empty());
      try (RandomAccessFile file = open(directory.resolve(volume.file()), sizeBytes)) {
        for (int index : blocks) {
          file.seek(Block.offset(index));
          file.write(
              fill.block(1000L * volume.number() + index), 0, Block.length(index, sizeBytes));
        }
      }
      volumes.add(volume);
      return this;
    }

    /** Writes the manifest; the image is complete. */
    Path build() throws IOException {
      Files.write(directory.resolve(Manifest.FILE), Manifest.write(image(volumes)));
      return directory;
    }

    private static RandomAccessFile open(Path path, long sizeBytes) throws IOException {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      file.setLength(sizeBytes);
      return file;
    }
  }

  /** An image of these volumes, made at {@link #CREATED}. */
  static Image image(List<Volume> volumes) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("name", "system test");
    attributes.put("createdAt", CREATED.toString());
    return new Image(attributes, volumes);
  }

  /** Packs an image directory. */
  static void pack(Path directory, Path archive, PackOptions options) throws IOException {
    try (ImageDirectory image = ImageDirectory.open(directory)) {
      pack(image, archive, options);
    }
  }

  /** Packs an image directory into a store, signed if there is a signer. */
  static void pack(
      Path directory, Path archive, PackOptions options, ArchiveSink store, Optional<Signer> signer)
      throws IOException {
    try (ImageDirectory image = ImageDirectory.open(directory)) {
      Packer packer = new Packer(options, new Progress(), signer);
      Plan plan = packer.plan(image.image(), image.manifest(), image.sources(), listed -> STAMP);
      packer.pack(plan, image.sources(), store, archive.toString());
    }
  }

  /** Packs an opened image. */
  static void pack(ImageDirectory image, Path archive, PackOptions options) throws IOException {
    Packer packer = new Packer(options, new Progress());
    Plan plan = packer.plan(image.image(), image.manifest(), image.sources(), listed -> STAMP);
    packer.pack(plan, image.sources(), new FileStore(false, false), archive.toString());
  }

  /** Packs one generated volume. */
  static StoredArchive pack(ZeroVolume source, ArchiveSink sink, String name, PackOptions options)
      throws IOException {
    Image image = image(List.of(new Volume(0, source.sizeBytes(), Optional.empty())));
    Packer packer = new Packer(options, new Progress());
    Plan plan = packer.plan(image, Manifest.write(image), List.of(source), listed -> STAMP);
    return packer.pack(plan, List.of(source), sink, name);
  }

  /** Reads every byte of an archive and checks it. */
  static void verify(Path archive) throws IOException {
    try (ArchiveSource source = FileStore.open(archive)) {
      new Verifier(2, new Progress()).verify(ArchiveReader.open(source));
    }
  }

  /** Unpacks an archive to an image directory. */
  static void unpack(Path archive, Path directory) throws IOException {
    try (ArchiveSource source = FileStore.open(archive);
        PendingImageDirectory target = PendingImageDirectory.begin(directory, false, false)) {
      ArchiveReader reader = ArchiveReader.open(source);
      new Unpacker(2, new Progress()).unpack(reader, target);
      target.writeManifest(reader.index().manifest());
      target.commit();
    }
  }

  /** Blocks {@code first}, {@code first + step}, and so on, {@code count} of them. */
  static List<Integer> every(int step, int first, int count) {
    List<Integer> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(first + i * step);
    }
    return blocks;
  }

  /**
   * A volume of any size whose listed blocks were written with zeros, but for the marked ones,
   * which hold random bytes.
   */
  static final class ZeroVolume implements BlockSource {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(Block.SIZE);

    private final long sizeBytes;
    private final BlockSet listed;
    private final Set<Integer> marked;

    ZeroVolume(long sizeBytes, BlockSet listed) {
      this(sizeBytes, listed, Set.of());
    }

    ZeroVolume(long sizeBytes, BlockSet listed, Set<Integer> marked) {
      this.sizeBytes = sizeBytes;
      this.listed = listed;
      this.marked = marked;
    }

    boolean isMarked(int index) {
      return marked.contains(index);
    }

    /** What a marked block holds. */
    byte[] block(int index) {
      return Fill.RANDOM.block(index);
    }

    @Override
    public String location() {
      return "generated";
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public BlockSet listed() {
      return listed;
    }

    @Override
    public BlockReader read(int[] indexes) {
      return new BlockReader() {
        private int next;

        @Override
        public byte[] next(ByteBuffer slot) {
          int index = indexes[next++];
          if (isMarked(index)) {
            slot.duplicate().put(block(index));
            return new BlockDigest().of(slot);
          }
          slot.duplicate().put(ZEROS.duplicate());
          return BlockDigest.zeroBlock();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void confirmUnchanged() {}

    @Override
    public void close() {}
  }
}

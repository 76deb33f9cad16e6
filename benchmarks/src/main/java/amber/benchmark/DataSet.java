package amber.benchmark;

import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.disk.RawDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** What volumes hold. All but the disk are the same bytes everywhere, made from fixed seeds. */
enum DataSet {
  /** Blocks that were written with zeros: as fast as data can be. */
  ZEROS {
    @Override
    void fill(ByteBuffer target, String disk) {
      while (target.hasRemaining()) {
        target.put((byte) 0);
      }
    }
  },

  /** Lines of a log: compresses well. */
  TEXT {
    @Override
    void fill(ByteBuffer target, String disk) {
      SplittableRandom random = new SplittableRandom(1);
      String[] words = words(random);
      long millis = 1_790_000_000_000L;
      while (target.hasRemaining()) {
        millis += random.nextInt(2_000);
        StringBuilder line = new StringBuilder().append(millis).append(" INFO ");
        for (int count = 4 + random.nextInt(12); count > 0; count--) {
          // The product of two gives some words far more often than others, as languages do.
          line.append(words[random.nextInt(words.length) * random.nextInt(100) / 100]).append(' ');
        }
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
        target.put(bytes, 0, Math.min(bytes.length, target.remaining()));
      }
    }
  },

  /** Encrypted or compressed files: cannot be made smaller. */
  RANDOM {
    @Override
    void fill(ByteBuffer target, String disk) {
      SplittableRandom random = new SplittableRandom(2);
      byte[] bytes = new byte[Block.SIZE];
      while (target.hasRemaining()) {
        random.nextBytes(bytes);
        target.put(bytes, 0, Math.min(bytes.length, target.remaining()));
      }
    }
  },

  /** Listed blocks of a real disk, in runs of 8 MiB from all over it. */
  DISK {
    @Override
    void fill(ByteBuffer target, String disk) throws IOException {
      if (disk.isEmpty()) {
        throw new IllegalArgumentException("no disk named, there should be one: -p disk=FILE");
      }
      try (RawDisk source = RawDisk.open(Path.of(disk))) {
        BlockSet listed = source.listed();
        int wanted = target.remaining() / Block.SIZE;
        if (listed.size() < wanted) {
          throw new IllegalArgumentException(
              "%s: %d blocks listed, should be at least %d".formatted(disk, listed.size(), wanted));
        }
        int runs = (wanted + RUN_BLOCKS - 1) / RUN_BLOCKS;
        for (int run = 0; run < runs; run++) {
          int count = Math.min(RUN_BLOCKS, target.remaining() / Block.SIZE);
          int ordinal = (int) ((long) (listed.size() - count) * run / runs);
          try (BlockReader blocks = source.read(listed.slice(ordinal, count))) {
            for (int i = 0; i < count; i++) {
              blocks.next(target.slice(target.position(), Block.SIZE));
              target.position(target.position() + Block.SIZE);
            }
          }
        }
      }
    }
  };

  private static final int RUN_BLOCKS = 16;

  /** The data set of this name, in lower case. */
  static DataSet named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** That many bytes, a multiple of a block, in a direct buffer. */
  ByteBuffer bytes(int size, String disk) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size);
    fill(bytes, disk);
    return bytes.flip();
  }

  abstract void fill(ByteBuffer target, String disk) throws IOException;

  private static String[] words(SplittableRandom random) {
    String[] words = new String[4_000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 3 + random.nextInt(8); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    return words;
  }
}

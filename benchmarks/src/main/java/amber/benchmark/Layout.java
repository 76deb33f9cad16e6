package amber.benchmark;

import amber.block.Block;
import amber.block.BlockSet;
import java.util.Locale;

/** Which blocks of a volume are listed. */
enum Layout {
  /** All of them: one extent. */
  FULL {
    @Override
    BlockSet of(long volumeBytes) {
      return new BlockSet.Builder().add(0, Block.count(volumeBytes)).build();
    }

    @Override
    int index(int ordinal) {
      return ordinal;
    }
  },

  /** All but every 64th: as many extents as a well-used file system may have. */
  SCATTERED {
    @Override
    BlockSet of(long volumeBytes) {
      BlockSet.Builder listed = new BlockSet.Builder();
      for (int first = 0; first < Block.count(volumeBytes); first += PERIOD) {
        listed.add(first, PERIOD - 1);
      }
      return listed.build();
    }

    @Override
    int index(int ordinal) {
      return ordinal / (PERIOD - 1) * PERIOD + ordinal % (PERIOD - 1);
    }
  };

  private static final int PERIOD = 64;

  /** The layout of this name, in lower case. */
  static Layout named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The listed blocks of a volume of whole GiB. */
  abstract BlockSet of(long volumeBytes);

  /** The index of a listed block, by arithmetic. */
  abstract int index(int ordinal);
}

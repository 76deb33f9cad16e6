package amber.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockSetTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithABitSet(long seed) {
    Random random = new Random(seed);
    BitSet bits = new BitSet();
    BlockSet.Builder builder = new BlockSet.Builder();
    for (int i = random.nextInt(400); i >= 0; i--) {
      int first = random.nextInt(200_000);
      int count = random.nextInt(seed % 2 == 0 ? 3 : 3000);
      bits.set(first, first + count);
      builder.add(first, count);
    }
    BlockSet set = builder.build();
    String what = "seed " + seed;
    assertThat(set.size()).as(what).isEqualTo(bits.cardinality());
    int[] all = bits.stream().toArray();
    assertThat(set.slice(0, all.length)).as(what).isEqualTo(all);
    for (int i = 0; i < 50 && all.length > 0; i++) {
      int from = random.nextInt(all.length);
      int to = from + random.nextInt(all.length - from + 1);
      assertThat(set.slice(from, to - from)).as(what).isEqualTo(Arrays.copyOfRange(all, from, to));
      int index = random.nextInt(210_000);
      assertThat(set.contains(index)).as(what).isEqualTo(bits.get(index));
    }
    List<int[]> extents = new ArrayList<>();
    for (int at = bits.nextSetBit(0); at >= 0; ) {
      int end = bits.nextClearBit(at);
      extents.add(new int[] {at, end - at});
      at = bits.nextSetBit(end);
    }
    List<int[]> visited = new ArrayList<>();
    set.forEachExtent((first, count) -> visited.add(new int[] {first, count}));
    assertThat(visited).as(what).usingRecursiveComparison().isEqualTo(extents);
    assertThat(set.extentCount()).as(what).isEqualTo(extents.size());
    if (all.length > 0) {
      assertThat(set.last()).as(what).isEqualTo(all[all.length - 1]);
    }
  }

  @Test
  void emptySetHasNothing() {
    BlockSet empty = new BlockSet.Builder().build();
    assertThat(empty.size()).isZero();
    assertThat(empty.extentCount()).isZero();
    assertThat(empty.contains(0)).isFalse();
    assertThat(empty.slice(0, 0)).isEmpty();
    empty.forEachExtent((first, count) -> assertThat(first).as("an extent").isNull());
  }

  @Test
  void setsOfTheSameBlocksAreEqual() {
    BlockSet one = new BlockSet.Builder().add(1, 4).build();
    BlockSet two = new BlockSet.Builder().add(3, 2).add(1, 2).add(2, 2).build();
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
    assertThat(one).isNotEqualTo(new BlockSet.Builder().add(1, 5).build());
    assertThat(one).hasToString("4 blocks in 1 extents");
  }

  @Test
  void holdsAMillionExtents() {
    BlockSet.Builder builder = new BlockSet.Builder();
    for (int i = 0; i < 1_000_000; i++) {
      builder.add(2 * i, 1);
    }
    BlockSet set = builder.build();
    assertThat(set.extentCount()).isEqualTo(1_000_000);
    assertThat(set.slice(999_998, 2)).containsExactly(1_999_996, 1_999_998);
  }
}

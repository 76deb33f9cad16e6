package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.BlockSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskRecipeTest {

  private static TaskRecipe recipe(String source, int block, String zstd, String level) {
    BlockSet.Builder blocks = new BlockSet.Builder();
    blocks.add(block, 1);
    return new TaskRecipe(source)
        .withBlocks(List.of(blocks.build()))
        .with("zstd", zstd)
        .with("--level", level)
        .with("SOURCE_DATE_EPOCH", "")
        .withObject("STANDARD");
  }

  private static final Map<String, String> EARLIER = recipe("a", 1, "1.5.7", "3").values();

  @Test
  void sameIsTheSame() {
    assertThat(recipe("a", 1, "1.5.7", "3").changedSince(EARLIER)).isEmpty();
  }

  @Test
  void whatChangedIsNamed() {
    assertThat(recipe("a", 1, "1.5.8", "1").changedSince(EARLIER))
        .containsExactly("zstd is 1.5.8, was 1.5.7", "--level is 1, was 3");
    assertThat(recipe("a", 2, "1.5.7", "3").changedSince(EARLIER))
        .containsExactly("the source has other blocks");
    assertThat(recipe("b", 2, "1.5.7", "3").changedSince(EARLIER))
        .containsExactly("the source is another, or has changed");
    assertThat(recipe("a", 1, "1.5.7", "3").with("SOURCE_DATE_EPOCH", "7").changedSince(EARLIER))
        .containsExactly("SOURCE_DATE_EPOCH is 7, was not given");
    assertThat(recipe("a", 1, "1.5.7", "3").withObject("GLACIER").changedSince(EARLIER))
        .containsExactly("the options of the archive in S3 are others");
  }

  @Test
  void nothingGoesOnWithARunOfWhichNothingIsKnown() {
    assertThat(recipe("a", 1, "1.5.7", "3").changedSince(Map.of())).isNotEmpty();
  }
}

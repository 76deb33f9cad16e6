package amber.ec2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ebs.model.Block;

/**
 * One page of a list of blocks, with its tokens as bytes: ten thousand of them are half a megabyte
 * or so, and as text with all that belongs to it a multiple.
 *
 * @param listing which list it belongs to: tokens of one list stop working together
 * @param from the first index that the page speaks of
 * @param to the index behind the last one that it speaks of
 * @param indexes the listed ones, ascending
 * @param ends where each token ends in {@code tokens}
 * @param tokens all tokens, one after the other
 * @param next what continues the list
 */
record BlockPage(
    long listing,
    int from,
    int to,
    int[] indexes,
    int[] ends,
    byte[] tokens,
    Optional<String> next) {

  static BlockPage of(long listing, int from, int end, List<Block> blocks, Optional<String> next) {
    int[] indexes = new int[blocks.size()];
    int[] ends = new int[blocks.size()];
    int length = 0;
    for (Block block : blocks) {
      length += block.blockToken().length();
    }
    byte[] tokens = new byte[length];
    int at = 0;
    for (int i = 0; i < indexes.length; i++) {
      byte[] token = blocks.get(i).blockToken().getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(token, 0, tokens, at, token.length);
      at += token.length;
      indexes[i] = blocks.get(i).blockIndex();
      ends[i] = at;
    }
    // Behind the last listed block the next page begins, if there is one.
    int last = indexes.length == 0 ? from - 1 : indexes[indexes.length - 1];
    int to = next.isPresent() ? last + 1 : end;
    return new BlockPage(listing, from, to, indexes, ends, tokens, next);
  }

  boolean covers(int index) {
    return index >= from && index < to;
  }

  /** The token of a block, if the page lists it. */
  Optional<String> token(int index) {
    int at = Arrays.binarySearch(indexes, index);
    if (at < 0) {
      return Optional.empty();
    }
    int begin = at == 0 ? 0 : ends[at - 1];
    return Optional.of(new String(tokens, begin, ends[at] - begin, StandardCharsets.ISO_8859_1));
  }
}

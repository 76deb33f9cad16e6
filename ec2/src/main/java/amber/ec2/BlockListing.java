package amber.ec2;

import amber.block.Block;
import amber.block.SourceChangedException;
import amber.ec2.AwsException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksRequest;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;

/**
 * The list of one snapshot's blocks, and their tokens. For any number of threads.
 *
 * <p>A snapshot is listed in pages of 10,000 blocks, and a page's tokens serve all segments that
 * lie in it: listing each segment on its own would be 80 times as many requests, and each new list
 * may take the tokens of the one before out of use. So readers that go through the snapshot in
 * order follow one list by its page tokens; only where that fails a new list begins at the block
 * that is wanted.
 */
final class BlockListing {

  private static final int PAGE = 10_000;
  private static final Duration LOCK_LIMIT = Duration.ofMinutes(15);

  private final Ec2Connection aws;
  private final String snapshotId;
  private final int sizeGiB;
  private final int blockCount;
  private final ReentrantLock lock = new ReentrantLock();
  private long listings;
  private Optional<BlockPage> newest = Optional.empty();
  private Optional<BlockPage> spoiled = Optional.empty();

  BlockListing(Ec2Connection aws, String snapshotId, int sizeGiB) {
    this.aws = aws;
    this.snapshotId = snapshotId;
    this.sizeGiB = sizeGiB;
    this.blockCount = Block.count((long) sizeGiB << 30);
  }

  /** Takes what a page lists. */
  interface PageConsumer {
    void accept(int[] indexes);
  }

  /** Lists everything from the beginning. */
  void forEachPage(PageConsumer consumer) throws IOException {
    lock();
    try {
      // Who has just looked for the first block has the first page already.
      BlockPage page =
          newest.filter(last -> listings == 1 && last.from() == 0).isPresent()
              ? newest.get()
              : begin(0);
      consumer.accept(page.indexes());
      while (page.next().isPresent()) {
        page = following(page);
        consumer.accept(page.indexes());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The first block that is listed, if any is. */
  OptionalInt first() throws IOException {
    lock();
    try {
      BlockPage page = begin(0);
      while (page.indexes().length == 0 && page.next().isPresent()) {
        page = following(page);
      }
      int[] indexes = page.indexes();
      return indexes.length == 0 ? OptionalInt.empty() : OptionalInt.of(indexes[0]);
    } finally {
      lock.unlock();
    }
  }

  /** The token of a listed block. */
  String token(int index) throws IOException {
    Optional<BlockPage> page = aws.tokenPages().find(snapshotId, index);
    if (page.isEmpty()) {
      lock();
      try {
        page = aws.tokenPages().find(snapshotId, index);
        if (page.isEmpty()) {
          page = Optional.of(load(index));
        }
      } finally {
        lock.unlock();
      }
    }
    return page.get()
        .token(index)
        .orElseThrow(
            () ->
                new SourceChangedException(
                    snapshotId, "block %d was listed, and no longer is".formatted(index)));
  }

  /** Says that AWS no longer takes the token of this block: its whole list is out of use. */
  void spoil(int index, String token) throws IOException {
    lock();
    try {
      Optional<BlockPage> page = aws.tokenPages().find(snapshotId, index);
      if (page.flatMap(p -> p.token(index)).filter(token::equals).isPresent()) {
        long listing = page.get().listing();
        aws.tokenPages().dropListing(snapshotId, listing);
        spoiled = page;
        newest = newest.filter(last -> last.listing() != listing);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the tokens. */
  void close() {
    aws.tokenPages().drop(snapshotId);
  }

  private BlockPage load(int index) throws IOException {
    // The usual case is the page after the newest.
    if (newest.isPresent() && newest.get().next().isPresent() && newest.get().to() <= index) {
      BlockPage page = following(newest.get());
      if (page.covers(index)) {
        return page;
      }
    }
    // Blocks just before this one may be on their way with tokens of the same page: a list that
    // does
    // not have them would be followed by one more, which takes the tokens of this one out of use.
    int from = spoiled.filter(last -> last.covers(index)).map(BlockPage::from).orElse(index);
    BlockPage page = begin(from);
    while (!page.covers(index) && page.next().isPresent()) {
      page = following(page);
    }
    if (!page.covers(index)) {
      throw new SourceChangedException(
          snapshotId, "block %d was listed, and no longer is".formatted(index));
    }
    return page;
  }

  private BlockPage begin(int from) throws IOException {
    listings++;
    return keep(from, fetch(Optional.empty(), from));
  }

  private BlockPage following(BlockPage page) throws IOException {
    try {
      return keep(page.to(), fetch(page.next(), page.to()));
    } catch (AwsException e) {
      if (e.kind() != Kind.STALE_PAGE_TOKEN || page.to() >= blockCount) {
        throw e;
      }
      // A page token lives for an hour only; the list goes on without it.
      return begin(page.to());
    }
  }

  private BlockPage keep(int from, ListSnapshotBlocksResponse answer) throws IOException {
    Optional<String> next = Optional.ofNullable(answer.nextToken()).filter(t -> !t.isEmpty());
    check(from, answer);
    BlockPage page = BlockPage.of(listings, from, blockCount, answer.blocks(), next);
    aws.tokenPages().add(snapshotId, page);
    newest = Optional.of(page);
    return page;
  }

  private ListSnapshotBlocksResponse fetch(Optional<String> pageToken, int from)
      throws IOException {
    String where = "list of the blocks of " + snapshotId;
    ListSnapshotBlocksRequest.Builder request =
        ListSnapshotBlocksRequest.builder().snapshotId(snapshotId).maxResults(PAGE);
    if (pageToken.isPresent()) {
      request.nextToken(pageToken.get());
    } else if (from > 0) {
      request.startingBlockIndex(from);
    }
    return aws.lists()
        .retry()
        .call(
            (number, limit) -> {
              aws.lists().pace().await();
              return aws.await(where, aws.ebs().listSnapshotBlocks(request.build()), limit);
            });
  }

  private void check(int from, ListSnapshotBlocksResponse answer) throws IOException {
    String where = "list of the blocks of " + snapshotId;
    // Without this, an emulator that counts in bytes would have us read nonsense.
    if (answer.blockSize() == null || answer.blockSize() != Block.SIZE) {
      throw new IOException(
          "%s: blocks of %s bytes, should be %d".formatted(where, answer.blockSize(), Block.SIZE));
    }
    if (answer.volumeSize() == null || answer.volumeSize() != sizeGiB) {
      throw new IOException(
          "%s: a volume of %s GiB, should be %d".formatted(where, answer.volumeSize(), sizeGiB));
    }
    int least = from;
    for (software.amazon.awssdk.services.ebs.model.Block block : answer.blocks()) {
      int index = block.blockIndex();
      if (index < least || index >= blockCount) {
        throw new IOException(
            "%s: block %d, should be %d to %d, and ascending"
                .formatted(where, index, least, blockCount - 1));
      }
      least = index + 1;
    }
  }

  private void lock() throws IOException {
    try {
      if (!lock.tryLock(LOCK_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "list of the blocks of %s: another reader has been listing for %d min"
                .formatted(snapshotId, LOCK_LIMIT.toMinutes()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "interrupted while waiting for the list of the blocks of " + snapshotId);
    }
  }
}

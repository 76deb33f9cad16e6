package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** ListSnapshotBlocks and ListChangedBlocks, and the tokens that they hand out. */
final class Listing {

  private static final int LEAST_RESULTS = 100;
  private static final int MOST_RESULTS = 10_000;
  private static final int MOST_TOKEN_CHARS = 256;

  private final EbsRules rules;
  private final Tokens tokens;
  private final Map<String, Long> listings = new ConcurrentHashMap<>();
  private final AtomicInteger pages = new AtomicInteger();

  Listing(EbsRules rules, Tokens tokens) {
    this.rules = rules;
    this.tokens = tokens;
  }

  /** Where a page starts, how long it may be, and which listing it belongs to. */
  private record Page(int from, int most, long listing, Instant now) {}

  /** Finds the next index to list and makes its entry. */
  private interface Entries {

    /** The first index from this one on that belongs into the list, or -1. */
    int next(int from) throws IOException;

    /** What the list says of an index. */
    Map<String, Object> entry(int index);
  }

  Response blocks(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = Access.readable(region, id, request);
    SnapshotBlocks blocks = region.snapshots().blocks(id);
    Page page = page(region, List.of(snapshot), "page " + id, request);
    Tokens.Maker maker = tokens.maker("block " + id);
    Entries entries =
        new Entries() {
          @Override
          public int next(int from) {
            return blocks.next(from);
          }

          @Override
          public Map<String, Object> entry(int index) {
            return Map.of("BlockIndex", index, "BlockToken", blockToken(maker, index, page));
          }
        };
    return answer("Blocks", snapshot, page, "page " + id, entries);
  }

  Response changedBlocks(Region region, String secondId, Request request) throws IOException {
    String firstId = request.target().parameter("firstSnapshotId").orElse("");
    Snapshot first = Access.readable(region, firstId, request);
    Snapshot second = Access.readable(region, secondId, request);
    SnapshotBlocks before = region.snapshots().blocks(firstId);
    SnapshotBlocks after = region.snapshots().blocks(secondId);
    if (!before.root().equals(after.root()) || first.volumeSizeGiB() > second.volumeSizeGiB()) {
      throw EbsFailures.invalid(
          EbsFailures.UNRELATED_SNAPSHOTS,
          "The snapshots '%s' and '%s' are not of the same lineage.".formatted(firstId, secondId));
    }
    String purpose = "page " + firstId + " " + secondId;
    Page page = page(region, List.of(first, second), purpose, request);
    Entries entries =
        new ChangedEntries(
            before,
            after,
            tokens.maker("block " + firstId),
            tokens.maker("block " + secondId),
            page);
    return answer("ChangedBlocks", second, page, purpose, entries);
  }

  /** Whether a block token is good, and for which block; refuses the request if it is not. */
  void check(Region region, Snapshot snapshot, int index, String token) throws FailureException {
    Optional<Tokens.Content> content = tokens.maker("block " + snapshot.id()).read(token);
    Instant now = region.clock().instant();
    boolean good =
        content
            .filter(found -> found.index() == index)
            .filter(found -> now.isBefore(found.expiry()))
            .filter(found -> current(snapshot.id(), found.listing()))
            .isPresent();
    if (!good) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_BLOCK_TOKEN,
          "The block token of block %d of '%s' is not valid, or has expired."
              .formatted(index, snapshot.id()));
    }
  }

  private boolean current(String snapshotId, long listing) {
    Long last = listings.get(snapshotId);
    return !rules.relistInvalidatesTokens() || last == null || last == listing;
  }

  private Page page(Region region, List<Snapshot> snapshots, String purpose, Request request)
      throws FailureException {
    Instant now = region.clock().instant();
    int most = most(Parameters.queried(request, "maxResults"));
    Optional<String> token = request.target().parameter("pageToken");
    // A page token wins over a starting block.
    if (token.isPresent()) {
      Tokens.Content content = pageToken(purpose, token.get(), now);
      return new Page(content.index(), most, content.listing(), now);
    }
    int from = Parameters.queried(request, "startingBlockIndex").orElse(0);
    int bound = snapshots.get(snapshots.size() - 1).blockCount();
    if (from < 0 || from >= bound) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The starting block index %d is not between 0 and %d.".formatted(from, bound - 1));
    }
    long listing = 0;
    for (Snapshot snapshot : snapshots) {
      long before = listings.getOrDefault(snapshot.id(), 0L);
      listing = Math.max(listing, Math.max(before + 1, now.toEpochMilli()));
    }
    for (Snapshot snapshot : snapshots) {
      listings.put(snapshot.id(), listing);
    }
    return new Page(from, most, listing, now);
  }

  private Tokens.Content pageToken(String purpose, String token, Instant now)
      throws FailureException {
    return Optional.of(token)
        .filter(text -> text.length() <= MOST_TOKEN_CHARS)
        .flatMap(tokens.maker(purpose)::read)
        .filter(found -> now.isBefore(found.expiry()))
        .orElseThrow(
            () ->
                EbsFailures.invalid(
                    EbsFailures.INVALID_PAGE_TOKEN,
                    "The page token is not valid, or has expired."));
  }

  private static int most(OptionalInt asked) throws FailureException {
    if (asked.isPresent() && (asked.getAsInt() < 1 || asked.getAsInt() > MOST_RESULTS)) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "MaxResults %d is not between %d and %d."
              .formatted(asked.getAsInt(), LEAST_RESULTS, MOST_RESULTS));
    }
    // Fewer than the least are not refused: a page of the least is sent.
    return Math.max(LEAST_RESULTS, asked.orElse(LEAST_RESULTS));
  }

  private static String blockToken(Tokens.Maker maker, int index, Page page) {
    return maker.make(
        new Tokens.Content(index, page.listing(), page.now().plus(Tokens.BLOCK_LIFE)));
  }

  private Response answer(
      String name, Snapshot snapshot, Page page, String purpose, Entries entries)
      throws IOException {
    boolean empty =
        rules.emptyPageEvery() > 0 && pages.incrementAndGet() % rules.emptyPageEvery() == 0;
    int most = empty ? 0 : page.most();
    List<Map<String, Object>> listed = new ArrayList<>();
    int index = entries.next(page.from());
    while (index >= 0 && listed.size() < most) {
      listed.add(entries.entry(index));
      index = index + 1 < snapshot.blockCount() ? entries.next(index + 1) : -1;
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(name, listed);
    body.put("ExpiryTime", page.now().plus(Tokens.BLOCK_LIFE).getEpochSecond());
    body.put("VolumeSize", snapshot.volumeSizeGiB());
    body.put("BlockSize", SnapshotBlocks.BLOCK_BYTES);
    if (index >= 0) {
      Duration life = Tokens.PAGE_LIFE;
      body.put(
          "NextToken",
          tokens
              .maker(purpose)
              .make(new Tokens.Content(index, page.listing(), page.now().plus(life))));
    }
    return EbsFailures.json(200, body);
  }

  /** The blocks whose last writer differs between two snapshots. */
  private record ChangedEntries(
      SnapshotBlocks before,
      SnapshotBlocks after,
      Tokens.Maker beforeTokens,
      Tokens.Maker afterTokens,
      Page page)
      implements Entries {

    @Override
    public int next(int from) {
      int index = either(from);
      while (index >= 0 && before.writer(index).equals(after.writer(index))) {
        index = either(index + 1);
      }
      return index;
    }

    private int either(int from) {
      int one = before.next(from);
      int other = after.next(from);
      return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
    }

    @Override
    public Map<String, Object> entry(int index) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("BlockIndex", index);
      if (before.holds(index)) {
        entry.put("FirstBlockToken", blockToken(beforeTokens, index, page));
      }
      if (after.holds(index)) {
        entry.put("SecondBlockToken", blockToken(afterTokens, index, page));
      }
      return entry;
    }
  }
}

package amber.cli;

import amber.s3.S3Endpoint;
import amber.s3.S3Listing;
import amber.s3.S3Location;
import amber.work.WorkAhead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code amber archives list}. */
@Command(
    name = "list",
    abbreviateSynopsis = true,
    header = {
      "Lists the archives in a bucket, from what their objects carry and from their ends.",
      "",
      "  amber archives list s3://archive/",
      "  amber archives list s3://archive/images/2026- --sort size --reverse",
      "  amber archives list s3://archive/ --limit 100 --after images/ami-0abc.bin",
      "  amber archives list s3://archive/ --no-ends --output json",
      ""
    })
final class ArchivesListCommand implements Callable<Integer> {

  // Requests at once; for each its result and one more wait.
  private static final int AT_ONCE = 16;
  private static final int DEFAULT_LIMIT = 1000;

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "s3://BUCKET/[PREFIX]",
      description = "The bucket, and how the keys of the archives begin.")
  private String where;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Limit.class,
      description = "As many archives at most, 1 to 100000 (default: 1000).")
  private Integer limit;

  @Option(
      names = "--after",
      paramLabel = "KEY",
      description = "Begin behind this key, as the list before said in the end.")
  private String after;

  @Option(
      names = "--sort",
      paramLabel = "key|name|date|size|owner|class",
      converter = Order.class,
      description = "In which order they are shown (default: key).")
  private Comparator<ListedArchive> order;

  @Option(names = "--reverse", description = "In the opposite order.")
  private boolean reverse;

  @Option(
      names = "--no-ends",
      description =
          "Do not read the archives' ends: it is a request less for each, and nothing is told of"
              + " images' ids and signatures, nor of archives that do not say what they are.")
  private boolean noEnds;

  @Option(
      names = "--all",
      description = "Look at all objects, not at those alone whose keys end in .bin.")
  private boolean all;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  /** How many are listed. */
  static final class Limit implements ITypeConverter<Integer> {
    private static final int MOST = 100_000;

    @Override
    public Integer convert(String value) {
      if (value.matches("[1-9]\\d{0,5}") && Integer.parseInt(value) <= MOST) {
        return Integer.valueOf(value);
      }
      throw new TypeConversionException(
          "is '%s', should be a whole number from 1 to %d".formatted(value, MOST));
    }
  }

  /** What comes first. */
  static final class Order implements ITypeConverter<Comparator<ListedArchive>> {
    @Override
    public Comparator<ListedArchive> convert(String value) {
      return switch (value) {
        // S3 lists them by key.
        case "key" -> Comparator.comparing(archive -> 0);
        case "name" -> Comparator.comparing(archive -> archive.imageName().orElse(""));
        case "date" -> Comparator.comparing(ListedArchive::storedAt);
        case "size" -> Comparator.comparing(ListedArchive::sizeBytes);
        case "owner" -> Comparator.comparing(archive -> archive.ownerId().orElse(""));
        case "class" -> Comparator.comparing(ListedArchive::storageClass);
        default ->
            throw new TypeConversionException(
                "is '%s', should be one of key, name, date, size, owner, class".formatted(value));
      };
    }
  }

  ArchivesListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!(Operand.parse(where) instanceof Operand.Stored stored)) {
      throw RefusedException.usage(
          where + ": is no bucket, should be s3://BUCKET/ or s3://BUCKET/PREFIX",
          "name the bucket whose archives to list");
    }
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
      common.print(console, side.requests().addedTo(list(side.s3(), stored.location())));
    }
    return Outcome.OK.exitCode();
  }

  private Document list(S3Endpoint s3, S3Location place) throws IOException {
    Objects listed = new Objects(s3.list(place, Optional.ofNullable(after)), all);
    List<ListedArchive> archives = new ArrayList<>();
    long others = 0;
    int most = limit == null ? DEFAULT_LIMIT : limit;
    String last = "";
    try (WorkAhead<S3Listing.Item, Looked> looks =
        new WorkAhead<>(
            listed, AT_ONCE, 2 * AT_ONCE, () -> new ArchiveLook(s3, place.bucket(), !noEnds))) {
      while (archives.size() < most && looks.hasNext()) {
        Looked next = looks.next();
        last = next.key();
        if (next.archive().isPresent()) {
          archives.add(next.archive().get());
        } else {
          others++;
        }
      }
      boolean more = archives.size() == most && looks.hasNext();
      Comparator<ListedArchive> by = order == null ? new Order().convert("key") : order;
      archives.sort(by);
      if (reverse) {
        Collections.reverse(archives);
      }
      return document(place, archives, others + listed.skipped(), more ? last : "");
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * What came of a look at an object.
   *
   * @param archive nothing if it is none
   */
  record Looked(String key, Optional<ListedArchive> archive) {}

  /** Those objects that may be archives. */
  private static final class Objects implements Iterator<S3Listing.Item> {
    private final S3Listing listing;
    private final boolean all;
    private S3Listing.Item ahead;
    private long skipped;

    Objects(S3Listing listing, boolean all) {
      this.listing = listing;
      this.all = all;
    }

    long skipped() {
      return skipped;
    }

    @Override
    public boolean hasNext() {
      while (ahead == null && listing.hasNext()) {
        S3Listing.Item item = listing.next();
        if (all || item.key().endsWith(PackTarget.ENDING)) {
          ahead = item;
        } else {
          skipped++;
        }
      }
      return ahead != null;
    }

    @Override
    public S3Listing.Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      S3Listing.Item item = ahead;
      ahead = null;
      return item;
    }
  }

  private Document document(
      S3Location place, List<ListedArchive> archives, long others, String next) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "archives list");
    json.put("place", place.toString());
    json.put("archives", archives.stream().map(ListedArchive::json).toList());
    json.put("sizeBytes", archives.stream().mapToLong(ListedArchive::sizeBytes).sum());
    json.put("otherObjects", others);
    json.put("next", next.isEmpty() ? null : next);
    List<String> text = new ArrayList<>(ListedArchive.table(archives));
    text.add(
        "%s, %s%s"
            .formatted(
                Text.count(archives.size(), "archive"),
                Text.bytes(archives.stream().mapToLong(ListedArchive::sizeBytes).sum()),
                others == 0 ? "" : "; " + Text.count(others, "other object")));
    if (!next.isEmpty()) {
      text.add("more: --after " + next);
    }
    return new Document(json, text);
  }
}

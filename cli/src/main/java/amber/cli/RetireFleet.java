package amber.cli;

import amber.Progress;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageOutlooks;
import amber.ec2.ImageSummary;
import amber.ec2.SnapshotOutlook;
import amber.s3.S3Location;
import amber.seal.RecipientName;
import amber.work.WorkAhead;
import amber.work.Worker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Retires many AMIs, some at once, and tells what became of each. */
final class RetireFleet {

  /** How long one of them may take: a volume of 64 TiB at the usual quotas, and some. */
  private static final Duration LIMIT = Duration.ofDays(14);

  private final Console console;
  private final CommonOptions common;
  private final RetireRun run;
  private final RetireOptions options;
  private final Sides sides;
  private final List<Item> items = new ArrayList<>();

  /**
   * How much is done.
   *
   * @param maxBytes the blocks of all together, as far as EC2 tells how many there are
   * @param concurrency how many AMIs at once
   */
  record Limits(Optional<Long> maxBytes, int concurrency) {}

  /** One AMI. */
  private static final class Item {
    private final ImageSummary image;
    private final long bytes;
    private List<String> means = List.of();
    private String left;
    private RetireResult result;
    private IOException failure;

    Item(ImageSummary image, long bytes) {
      this.image = image;
      this.bytes = bytes;
    }

    String label() {
      return image.id() + image.name().map(name -> " (" + name + ")").orElse("");
    }

    boolean isWell() {
      return failure == null && (result == null || result.isWell());
    }
  }

  RetireFleet(
      Console console, CommonOptions common, RetireRun run, RetireOptions options, Sides sides) {
    this.console = console;
    this.common = common;
    this.run = run;
    this.options = options;
    this.sides = sides;
  }

  /**
   * Retires them.
   *
   * @param listOnly whether the table is all that happens
   * @return the exit code
   */
  int run(
      List<ImageSummary> images,
      S3Location place,
      Limits limits,
      boolean listOnly,
      boolean dryRun,
      Stopwatch watch)
      throws IOException {
    look(images, limits);
    if (listOnly || dryRun) {
      common.print(console, sides.requests().addedTo(document(true, watch)));
      return Outcome.OK.exitCode();
    }
    table().forEach(line -> common.note(console, line));
    // Made here, since what makes them is for one thread.
    sides.from().ec2();
    sides.to().s3();
    work(place, limits.concurrency());
    common.confirm(console, sides.requests().addedTo(document(false, watch)));
    boolean well = items.stream().allMatch(Item::isWell);
    return (well ? Outcome.OK : Outcome.FAILED).exitCode();
  }

  private void look(List<ImageSummary> images, Limits limits) throws IOException {
    long sum = 0;
    List<ImageSummary> there = images.stream().filter(ImageSummary::isThere).toList();
    List<ImageOutlook> outlooks =
        new ImageOutlooks(sides.from().ec2()).of(there, options.then().deregisters());
    for (ImageSummary image : images) {
      int number = there.indexOf(image);
      Item item = new Item(image, number < 0 ? 0 : bytes(outlooks.get(number)));
      items.add(item);
      if (number < 0) {
        continue;
      }
      item.means = run.means(outlooks.get(number));
      Optional<RefusedException> refused = run.isRefused(outlooks.get(number));
      if (refused.isPresent()) {
        item.left = ErrorReport.message(refused.get());
        item.failure = refused.get();
      } else if (limits.maxBytes().isPresent() && sum + item.bytes > limits.maxBytes().get()) {
        item.left = "left for another run: with it there would be more than --max-bytes";
      } else {
        sum += item.bytes;
      }
    }
  }

  /** The blocks to be read, as far as EC2 tells; else as much as the volumes can hold. */
  private static long bytes(ImageOutlook image) {
    return image.snapshots().stream().mapToLong(RetireFleet::bytes).sum();
  }

  private static long bytes(SnapshotOutlook snapshot) {
    return snapshot.fullSizeBytes().orElse((long) snapshot.sizeGiB() << 30);
  }

  private void work(S3Location place, int concurrency) throws IOException {
    List<Item> open = items.stream().filter(item -> item.left == null).toList();
    if (concurrency == 1) {
      for (Item item : open) {
        retire(item, place, common::showing);
      }
      return;
    }
    RetireRun.Showing quiet =
        new RetireRun.Showing() {
          @Override
          public <T> T showing(
              Console to, String verb, Progress progress, ProgressDisplay.Work<T> work)
              throws IOException {
            return work.run();
          }
        };
    try (WorkAhead<Item, Item> ahead =
        new WorkAhead<>(
            open.iterator(), concurrency, concurrency, () -> new Retiring(place, quiet), LIMIT)) {
      while (ahead.hasNext()) {
        Item done = ahead.next();
        common.note(console, "%s: %s".formatted(done.label(), String.join("; ", outcome(done))));
      }
    }
  }

  /** One thread's share. */
  private final class Retiring implements Worker<Item, Item> {
    private final S3Location place;
    private final RetireRun.Showing showing;

    Retiring(S3Location place, RetireRun.Showing showing) {
      this.place = place;
      this.showing = showing;
    }

    @Override
    public Item run(Item item) throws IOException {
      retire(item, place, showing);
      return item;
    }

    @Override
    public void close() {
      // It has nothing of its own.
    }
  }

  private void retire(Item item, S3Location place, RetireRun.Showing showing) throws IOException {
    try {
      item.result = run.retire(item.image.id(), place, showing);
    } catch (IOException e) {
      if (e instanceof InterruptedIOException || Outcome.of(e) == Outcome.INTERRUPTED) {
        throw e;
      }
      item.failure = e;
    }
  }

  private List<String> table() {
    return new ImageTable(items.stream().map(item -> item.image).toList(), true, Instant.now())
        .text();
  }

  private List<String> outcome(Item item) {
    if (item.failure != null) {
      List<String> lines = new ArrayList<>();
      lines.add(
          (item.left == null ? "failed, and is as it was unless said above: " : "left as it is: ")
              + ErrorReport.message(item.failure));
      Hints.of(item.failure).ifPresent(hint -> lines.add("hint: " + hint));
      return lines;
    }
    if (item.left != null) {
      return List.of(item.left);
    }
    return item.result == null
        ? List.of("would be retired: " + Text.bytes(item.bytes) + " in blocks")
        : item.result.text(item.image.name());
  }

  private Document document(boolean planned, Stopwatch watch) {
    List<RecipientName> encryptedTo = options.sealing().names();
    List<String> text = new ArrayList<>();
    if (planned) {
      text.addAll(table());
    }
    for (Item item : items) {
      outcome(item).forEach(line -> text.add(item.label() + ": " + line));
      if (planned && item.left == null) {
        item.means.forEach(line -> text.add("  " + line));
      }
    }
    if (items.isEmpty()) {
      text.add("no AMI is so");
    } else if (planned) {
      encryptedTo.forEach(to -> text.add("each archive would be encrypted to " + to.text()));
      text.add("nothing was done: repeat the command with --yes, and without --dry-run, to do it");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", RetireCommand.NAME);
    json.put("dryRun", planned);
    json.put("then", options.then().text());
    if (planned) {
      json.put("encryptedTo", encryptedTo.stream().map(RecipientName::values).toList());
    }
    json.put("images", items.stream().map(item -> json(item, planned)).toList());
    json.put("seconds", watch.seconds());
    Document document = new Document(json, text);
    return savings(planned).map(savings -> savings.addedTo(document)).orElse(document);
  }

  /** Of all that are or shall be retired; nothing if there are none. */
  private Optional<Savings> savings(boolean planned) {
    if (planned) {
      long bytes = items.stream().filter(i -> i.left == null).mapToLong(i -> i.bytes).sum();
      return bytes == 0
          ? Optional.empty()
          : Optional.of(Savings.ofSnapshots(options.prices(), bytes));
    }
    List<Savings> done =
        items.stream().filter(i -> i.result != null).map(i -> i.result.savings()).toList();
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Savings(
                options.prices(),
                done.stream().mapToLong(Savings::snapshotBytes).sum(),
                done.stream().mapToLong(Savings::archiveBytes).sum(),
                false));
  }

  private Map<String, Object> json(Item item, boolean planned) {
    if (item.result != null) {
      return item.result.json();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", item.image.id());
    item.image.name().ifPresent(name -> json.put("name", name));
    json.put("bytes", item.bytes);
    json.put("end", item.left != null ? "left" : planned ? "planned" : "failed");
    json.put("means", item.means);
    json.put("text", outcome(item));
    return json;
  }
}

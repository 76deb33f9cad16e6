package amber.cli;

import amber.ec2.Ec2Connection;
import amber.ec2.ImageList;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageOutlooks;
import amber.ec2.ImageSummary;
import amber.ec2.Told;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does something to AMIs, one after the other, and says first what it will mean. Of AMIs that are
 * named, nothing is done if one of them is refused; of those that are chosen, it is left out.
 */
final class ImageRun {

  private final Console console;
  private final CommonOptions common;
  private final ImageTargets targets;
  private final ImageVerb verb;
  private final List<Item> items = new ArrayList<>();

  ImageRun(Console console, CommonOptions common, ImageTargets targets, ImageVerb verb) {
    this.console = console;
    this.common = common;
    this.targets = targets;
    this.verb = verb;
  }

  /** How it ends with an AMI. */
  private enum End {
    PLANNED,
    DONE,
    ALREADY,
    REFUSED,
    PARTLY,
    FAILED
  }

  /** One AMI. */
  private static final class Item {
    private final ImageSummary image;
    private End end = End.PLANNED;
    private List<String> means = List.of();
    private List<String> text = List.of();
    private Map<String, Object> more = Map.of();
    private IOException failure;

    Item(ImageSummary image) {
      this.image = image;
    }

    void ended(End how, String why) {
      end = how;
      text = List.of(why);
    }

    void failed(End how, IOException why) {
      ended(how, ErrorReport.message(why));
      failure = why;
    }

    String label() {
      return image.id() + image.name().map(name -> " (" + name + ")").orElse("");
    }
  }

  /** Runs it, and returns the exit code. */
  int run(AwsSide side) throws IOException {
    targets.requireSense();
    Ec2Connection aws = side.ec2();
    look(aws);
    if (targets.areNamed()) {
      requireNoneRefused();
    }
    if (targets.listOnly()) {
      if (targets.dryRun()) {
        tryOut(aws);
      }
      common.print(console, side.requests().addedTo(document()));
      return exitCode(targets.dryRun());
    }
    announce();
    act(aws);
    if (items.size() == 1 && items.get(0).end == End.FAILED) {
      throw items.get(0).failure;
    }
    common.confirm(console, side.requests().addedTo(document()));
    return exitCode(true);
  }

  private int exitCode(boolean strict) {
    boolean bad =
        items.stream()
            .anyMatch(
                item ->
                    item.end == End.FAILED || item.end == End.PARTLY || item.end == End.REFUSED);
    return (strict && bad ? Outcome.FAILED : Outcome.OK).exitCode();
  }

  /** Finds out what would become of each. */
  private void look(Ec2Connection aws) throws IOException {
    ImageList list = new ImageList(aws);
    List<ImageSummary> images = targets.find(list);
    Set<String> own =
        targets.areNamed()
            ? list.own(images.stream().map(ImageSummary::id).toList())
            : Set.copyOf(images.stream().map(ImageSummary::id).toList());
    List<Item> open = new ArrayList<>();
    for (ImageSummary image : images) {
      Item item = new Item(image);
      items.add(item);
      Optional<String> done = verb.isDone(image);
      if (!own.contains(image.id())) {
        item.failed(End.REFUSED, notOwn(image));
      } else if (done.isPresent()) {
        item.ended(End.ALREADY, done.get());
      } else {
        open.add(item);
      }
    }
    List<ImageOutlook> outlooks = outlooks(aws, open);
    for (int i = 0; i < open.size(); i++) {
      Item item = open.get(i);
      item.means = verb.means(outlooks.get(i));
      verb.isRefused(outlooks.get(i)).ifPresent(why -> item.failed(End.REFUSED, why));
    }
  }

  private List<ImageOutlook> outlooks(Ec2Connection aws, List<Item> open) throws IOException {
    List<ImageSummary> images = open.stream().map(item -> item.image).toList();
    if (verb.looksAround()) {
      return new ImageOutlooks(aws).of(images, verb.deregisters());
    }
    return images.stream()
        .map(
            image ->
                new ImageOutlook(image, Told.unasked(), Told.unasked(), List.of(), Told.unasked()))
        .toList();
  }

  private RefusedException notOwn(ImageSummary image) {
    return new RefusedException(
        Outcome.NOT_ALLOWED,
        "%s: is of account %s, should be of the account that asks"
            .formatted(image.id(), image.ownerId()),
        "only its owner can %s it".formatted(verb.name()));
  }

  private void requireNoneRefused() throws IOException {
    Preflight checks = new Preflight();
    for (Item item : items) {
      checks.check(
          () -> {
            if (item.end == End.REFUSED) {
              throw item.failure;
            }
          });
    }
    checks.requireClear();
  }

  /** Says beside the result what comes now. */
  private void announce() {
    if (!targets.areNamed()) {
      table().forEach(line -> common.note(console, line));
    }
    for (Item item : items) {
      if (item.end == End.PLANNED) {
        item.means.forEach(
            line -> common.note(console, "%s %s: %s".formatted(verb.name(), item.label(), line)));
      }
    }
  }

  private List<String> table() {
    return new ImageTable(items.stream().map(item -> item.image).toList(), true, Instant.now())
        .text();
  }

  private void tryOut(Ec2Connection aws) throws InterruptedIOException {
    for (Item item : items) {
      if (item.end == End.PLANNED) {
        try {
          verb.tryOut(aws, item.image);
        } catch (InterruptedIOException e) {
          throw e;
        } catch (IOException e) {
          item.failed(End.REFUSED, e);
        }
      }
    }
  }

  private void act(Ec2Connection aws) throws IOException {
    for (Item item : items) {
      if (item.end != End.PLANNED) {
        continue;
      }
      try {
        ImageEffect effect = verb.act(aws, item.image);
        item.end = effect.well() ? End.DONE : End.PARTLY;
        item.text = effect.text();
        item.more = effect.json();
      } catch (InterruptedIOException e) {
        tellInterrupted(item);
        throw e;
      } catch (IOException e) {
        item.failed(End.FAILED, e);
      }
    }
  }

  /** What was done stays done, and the error will not say it. */
  private void tellInterrupted(Item at) {
    for (Item item : items) {
      if (item.end == End.DONE || item.end == End.PARTLY) {
        item.text.forEach(line -> common.warn(console, item.label() + ": " + line));
      }
    }
    common.warn(
        console,
        "%s: it is not known whether EC2 has done it: amber image show %s"
            .formatted(at.label(), at.image.id()));
  }

  private Document document() {
    List<String> text = new ArrayList<>();
    if (targets.listOnly() || !targets.areNamed()) {
      text.addAll(table());
    }
    items.forEach(item -> text(text, item));
    if (items.isEmpty()) {
      text.add("no AMI is so");
    } else if (targets.listOnly()) {
      text.add(
          targets.dryRun()
              ? "nothing was done, since it was only tried out"
              : "nothing was done: repeat the command with --yes to do it");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "image " + verb.name());
    json.put("dryRun", targets.listOnly());
    json.put("images", items.stream().map(ImageRun::json).toList());
    return new Document(json, text);
  }

  private void text(List<String> text, Item item) {
    switch (item.end) {
      case PLANNED ->
          item.means.forEach(
              line -> text.add("would %s %s: %s".formatted(verb.name(), item.label(), line)));
      case DONE, ALREADY, PARTLY -> item.text.forEach(line -> text.add(item.label() + ": " + line));
      case REFUSED, FAILED ->
          text.add(
              "%s: %s: %s"
                  .formatted(
                      item.label(),
                      item.end == End.REFUSED ? "left as it is" : "failed",
                      withoutId(item)));
    }
  }

  /** Messages name the AMI themselves. */
  private static String withoutId(Item item) {
    String message = String.join("; ", item.text);
    String id = item.image.id() + ": ";
    return message.startsWith(id) ? message.substring(id.length()) : message;
  }

  private static Map<String, Object> json(Item item) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", item.image.id());
    item.image.name().ifPresent(name -> json.put("name", name));
    json.put("end", item.end.name().toLowerCase(Locale.ROOT));
    json.put("means", item.means);
    json.put("text", item.text);
    json.putAll(item.more);
    return json;
  }
}

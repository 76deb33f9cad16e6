package amber.cli;

import amber.Progress;
import amber.ec2.ImageOutlook;
import amber.s3.S3Location;
import amber.seal.RecipientName;
import amber.task.TaskStart;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Retires AMIs one by one: says before what it will mean, and refuses what must not be. */
final class RetireRun {

  private final Console console;
  private final CommonOptions common;
  private final RetireOptions options;
  private final Sides sides;
  private final Starting starting;

  /** Makes what the record of a run begins with. */
  @FunctionalInterface
  interface Starting {
    TaskStart start(String imageId, String location);
  }

  /** Shows the progress of something on a console. */
  interface Showing {
    <T> T showing(Console console, String verb, Progress progress, ProgressDisplay.Work<T> work)
        throws IOException;
  }

  RetireRun(
      Console console,
      CommonOptions common,
      RetireOptions options,
      Sides sides,
      Starting starting) {
    this.console = console;
    this.common = common;
    this.options = options;
    this.sides = sides;
    this.starting = starting;
  }

  /** Where the archive of an AMI goes. */
  static String location(S3Location place, String imageId) throws RefusedException {
    try {
      return place.resolve(imageId + PackTarget.ENDING).toString();
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(place + ": " + e.getMessage(), "choose another name");
    }
  }

  /** Why an AMI is not retired, if it is not. */
  Optional<RefusedException> isRefused(ImageOutlook image) {
    return options.then().verb(options.allowReferences()).flatMap(verb -> verb.isRefused(image));
  }

  /** What it will mean, in words. */
  List<String> means(ImageOutlook image) {
    List<String> lines = new ArrayList<>();
    Optional<ImageVerb> verb = options.then().verb(options.allowReferences());
    if (verb.isEmpty()) {
      lines.add("packed and proved; the AMI stays as it is, since --then was not given");
      lines.addAll(ImageMeaning.references(image));
      return lines;
    }
    lines.add(
        "packed and proved, and only then: "
            + options.then().text()
            + options.freezing().map(name -> ", when it lies in " + name).orElse(""));
    lines.addAll(verb.get().means(image));
    return lines;
  }

  private RetireJob job(String imageId, S3Location place, boolean recorded, Showing showing)
      throws IOException {
    return new RetireJob(
        options,
        sides,
        recorded ? Tasks.of(console) : Optional.empty(),
        starting.start(imageId, location(place, imageId)),
        new RetireJob.Show() {
          @Override
          public <T> T showing(String verb, Progress progress, ProgressDisplay.Work<T> work)
              throws IOException {
            return showing.showing(console, verb, progress, work);
          }
        },
        common.messages(console));
  }

  /** What retiring an AMI would do, with its bill; nothing is written. */
  Document planned(String imageId, S3Location place, Bill bill) throws IOException {
    RetireJob job = job(imageId, place, false, common::showing);
    ImageOutlook image = job.look();
    Optional<RefusedException> refused = isRefused(image);
    if (refused.isPresent()) {
      throw refused.get();
    }
    try (RetireJob.Ready ready = job.prepare()) {
      ready.charge(bill);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("schema", 1);
      json.put("command", RetireCommand.NAME);
      json.put("dryRun", true);
      json.put("source", imageId);
      json.put("archive", location(place, imageId));
      json.put("then", options.then().text());
      json.put("listedBytes", RetireResult.listedBytes(ready.plan()));
      List<RecipientName> encryptedTo = options.sealing().names();
      json.put("encryptedTo", encryptedTo.stream().map(RecipientName::values).toList());
      json.put("means", means(image));
      List<String> text = new ArrayList<>();
      text.add(
          Text.format(
              "would retire %s to %s: %s, %s to read in %s",
              imageId,
              location(place, imageId),
              Text.count(ready.plan().image().volumes().size(), "volume"),
              Text.bytes(RetireResult.listedBytes(ready.plan())),
              Text.count(ready.plan().blockCount(), "block")));
      encryptedTo.forEach(to -> text.add("  would encrypt it to " + to.text()));
      means(image).forEach(line -> text.add("  " + line));
      Document document =
          Savings.of(options.prices(), ready.plan(), ready.bound())
              .addedTo(new Document(json, text));
      return sides.shown(document, ready.preflight(), bill);
    }
  }

  /**
   * Retires an AMI.
   *
   * @throws ResumableException if it fails, and the same command goes on
   */
  RetireResult retire(String imageId, S3Location place, Showing showing) throws IOException {
    RetireJob job = job(imageId, place, true, showing);
    ImageOutlook image;
    try {
      image = job.look();
    } catch (NoSuchFileException e) {
      Optional<RetireResult> before = job.doneBefore();
      if (before.isPresent()) {
        return before.get();
      }
      throw e;
    }
    Optional<RefusedException> refused = isRefused(image);
    if (refused.isPresent()) {
      throw refused.get();
    }
    means(image).forEach(line -> common.note(console, imageId + ": " + line));
    try (RetireJob.Ready ready = job.prepare()) {
      return ready.run();
    }
  }
}

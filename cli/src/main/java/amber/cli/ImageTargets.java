package amber.cli;

import amber.ec2.ImageList;
import amber.ec2.ImageQuery;
import amber.ec2.ImageSummary;
import amber.work.Preflight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The AMIs that a command changes: named by their ids, or chosen by what they are. */
final class ImageTargets {

  private static final Pattern ID = Pattern.compile("ami-[0-9a-f]{8,17}");

  @Parameters(paramLabel = "AMI", arity = "0..*", description = "AMIs by their ids.")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--yes",
      description = "Do it to the AMIs that were chosen; without it they are listed only.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      description = "Tell what it would mean, and ask EC2 whether it is allowed; change nothing.")
  private boolean dryRun;

  @Mixin private ImageSelection selection;

  /** Whether they are named, so that nothing has to be confirmed. */
  boolean areNamed() {
    return !ids.isEmpty();
  }

  boolean dryRun() {
    return dryRun;
  }

  /** Whether they are listed only. */
  boolean listOnly() {
    return dryRun || (!areNamed() && !yes);
  }

  /**
   * Checks that it is clear which are meant.
   *
   * @throws RefusedException if not
   */
  void requireSense() throws RefusedException {
    if (areNamed() && (selection.isGiven() || yes)) {
      throw RefusedException.usage(
          "%s: AMIs are named, and chosen by what they are as well".formatted(ids.get(0)),
          "give ids, or --filter and the like with --yes");
    }
    if (!areNamed() && !selection.isGiven()) {
      throw RefusedException.usage(
          "no AMI is named, should be one or more",
          "give ids, or choose by --name, --tag, --filter, --older-than or --never-launched");
    }
    for (String id : ids) {
      requireId(id);
    }
  }

  /**
   * Looks them up: those that are named in that order, the others the oldest first.
   *
   * @throws IOException if one that is named is not there; then all of them are told
   */
  List<ImageSummary> find(ImageList list) throws IOException {
    if (!areNamed()) {
      return list.find(selection.query(ImageQuery.SELF, true, true));
    }
    List<ImageSummary> found = new ArrayList<>();
    Preflight looking = new Preflight();
    Set<String> once = new LinkedHashSet<>(ids);
    for (String id : once) {
      looking.check(() -> found.addAll(list.of(List.of(id))));
    }
    looking.requireClear();
    return found;
  }

  /** The id of an AMI as an operand has it. */
  static String requireId(String text) throws RefusedException {
    if (!ID.matcher(text).matches()) {
      throw RefusedException.usage(
          "'%s' is no id of an AMI, should be such as ami-0abc123def4567890".formatted(text),
          "find it: amber image list --name 'NAME*'");
    }
    return text;
  }
}

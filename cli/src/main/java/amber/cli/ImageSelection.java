package amber.cli;

import amber.ec2.ImageQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** AMIs by what they are. */
final class ImageSelection {

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nAMIs by what they are; all that is given must hold:%n",
      order = 70)
  private Chosen chosen = new Chosen();

  /** The options themselves. */
  static final class Chosen {
    @Option(
        names = "--name",
        paramLabel = "PATTERN",
        description = "By name, in which * and ? stand for others; any of several.")
    private List<String> names = new ArrayList<>();

    @Option(
        names = "--tag",
        paramLabel = "KEY=VALUE",
        description = "By a tag; may be given again. * and ? stand for others in the value.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
        names = "--filter",
        paramLabel = "NAME=VALUE",
        description =
            "By a filter of EC2's DescribeImages, such as architecture=arm64 or state=disabled; may"
                + " be given again. Several values are apart by commas.")
    private Map<String, String> filters = new LinkedHashMap<>();

    @Option(
        names = "--older-than",
        paramLabel = "AGE",
        converter = Values.Span.class,
        description = "Made longer ago than so: 180d, 26w or 2y.")
    private Duration olderThan;

    @Option(
        names = "--never-launched",
        description =
            "Of which EC2 knows no launch, and older than a day: so late EC2 may tell of one.")
    private boolean neverLaunched;
  }

  /** Whether anything is asked for. */
  boolean isGiven() {
    return !(chosen.names.isEmpty() && chosen.tags.isEmpty() && chosen.filters.isEmpty())
        || chosen.olderThan != null
        || chosen.neverLaunched;
  }

  /** What is asked for, of an owner's images. */
  ImageQuery query(String owner, boolean deprecated, boolean disabled) throws RefusedException {
    Map<String, List<String>> filters = new LinkedHashMap<>();
    chosen.filters.forEach((name, value) -> filters.put(name, List.of(value.split(",", -1))));
    if (filters.containsKey("name") && !chosen.names.isEmpty()) {
      throw RefusedException.usage("--name and --filter name=…: both say the name", "give one");
    }
    if (!chosen.names.isEmpty()) {
      filters.put("name", chosen.names);
    }
    chosen.tags.forEach((key, value) -> filters.put("tag:" + key, List.of(value)));
    try {
      return new ImageQuery(
          owner,
          deprecated,
          disabled,
          filters,
          Optional.ofNullable(chosen.olderThan),
          chosen.neverLaunched);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "--never-launched: %s, --owner is %s".formatted(e.getMessage(), owner),
          "leave one of them out");
    }
  }
}

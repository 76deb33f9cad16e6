package amber.cli;

import amber.ec2.ImageList;
import amber.ec2.ImageQuery;
import amber.ec2.ImageSummary;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amber image list}. */
@Command(
    name = "list",
    abbreviateSynopsis = true,
    header = {
      "Lists AMIs of a region, the oldest first.",
      "",
      "  amber image list --name 'web-*' --older-than 180d",
      "  amber image list --never-launched --include-disabled",
      "  amber image list --owner shared --include-deprecated",
      ""
    })
final class ImageListCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--owner",
      paramLabel = "self|shared|ACCOUNT",
      defaultValue = ImageQuery.SELF,
      converter = Values.Owner.class,
      description =
          "Whose: your own, those shared with your account by its id, or those of an account,"
              + " amazon or aws-marketplace (default: self). What is shared with an organization is"
              + " listed by its owner's account.")
  private String owner;

  @Option(
      names = "--include-deprecated",
      description = "Also others' that are deprecated; your own always are listed.")
  private boolean deprecated;

  @Option(names = "--include-disabled", description = "Also those that are disabled.")
  private boolean disabled;

  @Mixin private ImageSelection selection;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  ImageListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ImageQuery query = selection.query(owner, deprecated, disabled);
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
      List<ImageSummary> images = new ImageList(side.ec2()).find(query);
      boolean own = owner.equals(ImageQuery.SELF);
      ImageTable table = new ImageTable(images, own, Instant.now());
      List<String> text = new ArrayList<>(table.text());
      text.add(
          "%s in %s%s"
              .formatted(
                  Text.count(images.size(), "AMI"),
                  side.ec2().region(),
                  own && !images.isEmpty() ? "; " + ImageTable.onLaunches() : ""));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("schema", 1);
      json.put("command", "image list");
      json.put("region", side.ec2().region());
      json.put("owner", owner);
      json.put("images", table.json());
      Document listed = new Document(json, text);
      common.print(console, common.isJson() ? side.requests().addedTo(listed) : listed);
    }
    return Outcome.OK.exitCode();
  }
}

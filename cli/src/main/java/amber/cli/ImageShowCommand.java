package amber.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code amber image show}. */
@Command(
    name = "show",
    abbreviateSynopsis = true,
    header = {
      "Shows all there is to an AMI: what it is, who may launch it, what names it, its snapshots.",
      ""
    })
final class ImageShowCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "AMI", description = "An AMI by its id.")
  private String ami;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  ImageShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    String id = ImageTargets.requireId(ami);
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
      Document shown = ImageShow.of(side.ec2(), id).document();
      common.print(console, common.isJson() ? side.requests().addedTo(shown) : shown);
    }
    return Outcome.OK.exitCode();
  }
}

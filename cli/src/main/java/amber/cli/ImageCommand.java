package amber.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code amber image}. */
@Command(
    name = "image",
    header = {
      "Lists AMIs, shows all there is to one, and takes them through their life.",
      "",
      "  amber image list --older-than 180d --never-launched",
      "  amber image show ami-0abc123def4567890",
      "  amber image deprecate --in 30d ami-0abc123def4567890",
      "  amber image disable --filter 'name=web-*' --older-than 1y",
      "  amber image deregister --delete-snapshots ami-0abc123def4567890",
      "  amber image recover ami-0abc123def4567890",
      ""
    },
    description = {
      "What changes an AMI says first what that will mean: who loses access, what",
      "names the AMI, which snapshots stay. AMIs are named by their ids, or chosen by",
      "what they are; then the table of what would be done is all that happens, unless",
      "--yes is given.",
      ""
    })
final class ImageCommand implements Callable<Integer> {

  @Override
  public Integer call() throws RefusedException {
    throw RefusedException.usage(
        "amber image: says not what to do, should be list, show or one of what changes an AMI",
        "run 'amber image --help'");
  }
}

package amber.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code amber recipients}. */
@Command(
    name = "recipients",
    header = {
      "Lists and changes to whom an archive is encrypted.",
      "",
      "  amber recipients list disk.bin",
      "  amber recipients add disk.bin new.bin --recipient ops.pem --identity mine.key",
      "  amber recipients remove disk.bin new.bin --number 2 --identity mine.key",
      ""
    },
    description = {
      "A new archive is made, of the same encrypted blocks and another envelope; the",
      "old one stays. To remove a recipient takes nothing back: who could open the",
      "archive may have kept its key, and opens with it every copy that there is or",
      "will be.",
      ""
    })
final class RecipientsCommand implements Callable<Integer> {

  @Override
  public Integer call() throws RefusedException {
    throw RefusedException.usage(
        "amber recipients: says not what to do, should be list, add or remove",
        "run 'amber recipients --help'");
  }
}

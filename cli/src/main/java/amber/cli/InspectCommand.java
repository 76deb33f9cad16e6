package amber.cli;

import amber.archive.ArchiveReader;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amber inspect}. */
@Command(
    name = "inspect",
    header = {
      "Shows what an archive holds; reads only its ends.",
      "",
      "  amber inspect disk.bin",
      "  amber inspect --output json disk.bin",
      "  amber inspect --manifest disk.bin > manifest.json",
      ""
    })
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "ARCHIVE", description = "The archive to look at.")
  private String archive;

  @Option(
      names = "--manifest",
      description = "Print the image's manifest, byte for byte, and nothing else.")
  private boolean manifest;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Operand operand = Operand.parse(archive);
    try (AwsSide side = new AwsSide(aws.settings(), console);
        ArchiveSource source = Archives.source(operand, side)) {
      ArchiveReader reader = Archives.open(source);
      if (manifest) {
        console.bytes(reader.index().manifest());
      } else {
        common.print(console, new ArchiveDescription(reader).document());
      }
    }
    return Outcome.OK.exitCode();
  }
}

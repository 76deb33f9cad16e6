package amber.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of commands that tell a bill. */
final class PricesOption {

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description =
          "Prices for what is told of costs, as docs/bill.md has them (default: list prices of"
              + " us-east-1).")
  private Path file;

  PriceTable table() throws IOException {
    return file == null ? PriceTable.usual() : PriceTable.read(file);
  }
}

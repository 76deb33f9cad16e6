package amber.cli;

import amber.PackOptions;
import picocli.CommandLine.Option;

/** How many threads work. */
final class ThreadsOption {

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Values.Threads.class,
      description =
          "Segments worked on at once (default: one for each processor). Has no influence"
              + " on what is written.")
  private Integer threads = PackOptions.defaultThreads();

  int count() {
    return threads;
  }
}

package amber.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How to reach AWS, spelled as in the aws command, for commands with one operand. */
final class AwsOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAWS:%n", order = 90)
  private Only only = new Only();

  /** The options themselves. */
  static final class Only {
    @Option(
        names = "--profile",
        paramLabel = "NAME",
        description = "A profile of the shared AWS configuration files.")
    private String profile;

    @Option(names = "--region", paramLabel = "NAME", description = "Such as us-east-1.")
    private String region;

    @Option(
        names = "--endpoint-url",
        paramLabel = "URL",
        converter = Values.Endpoint.class,
        description = "Where the services answer, if it is not AWS.")
    private URI endpoint;

    @Option(names = "--fips", description = "Use endpoints with validated cryptography.")
    private boolean fips;

    @Option(names = "--dual-stack", description = "Use endpoints that have IPv6, too.")
    private boolean dualStack;

    @Option(
        names = "--expected-bucket-owner",
        paramLabel = "ACCOUNT",
        converter = Values.Account.class,
        description = "Fail if another account owns the bucket.")
    private String bucketOwner;

    @Option(names = "--requester-pays", description = "Pay for the requests to the bucket.")
    private boolean requesterPays;

    @Option(
        names = "--rate",
        paramLabel = "N",
        converter = Values.Rate.class,
        description =
            "Blocks of snapshots each second at most, read or written (default: just below the"
                + " account's quota).")
    private Integer rate;
  }

  /** The settings of the only side. */
  AwsSettings settings() {
    return new AwsSettings(
        Optional.ofNullable(only.profile),
        false,
        Optional.ofNullable(only.region),
        Optional.ofNullable(only.endpoint),
        only.fips,
        only.dualStack,
        Optional.ofNullable(only.bucketOwner),
        only.requesterPays,
        Optional.ofNullable(only.rate));
  }
}

package amber.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * How to reach AWS for commands with two operands: what is said of one side wins over what is said
 * of both.
 */
final class AwsSides {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAWS:%n", order = 90)
  private Both both = new Both();

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nAWS, for the side of the first operand only:%n",
      order = 91)
  private From from = new From();

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nAWS, for the side of the last operand only:%n",
      order = 92)
  private To to = new To();

  /** What is said of both sides. */
  static final class Both {
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

  /** What is said of the first side. */
  static final class From {
    @Option(names = "--from-profile", paramLabel = "NAME", description = "As --profile.")
    private String profile;

    @Option(names = "--from-region", paramLabel = "NAME", description = "As --region.")
    private String region;

    @Option(
        names = "--from-endpoint-url",
        paramLabel = "URL",
        converter = Values.Endpoint.class,
        description = "As --endpoint-url.")
    private URI endpoint;

    @Option(names = "--from-fips", description = "As --fips.")
    private boolean fips;

    @Option(names = "--from-dual-stack", description = "As --dual-stack.")
    private boolean dualStack;

    @Option(
        names = "--from-rate",
        paramLabel = "N",
        converter = Values.Rate.class,
        description = "As --rate.")
    private Integer rate;
  }

  /** What is said of the last side. */
  static final class To {
    @Option(names = "--to-profile", paramLabel = "NAME", description = "As --profile.")
    private String profile;

    @Option(names = "--to-region", paramLabel = "NAME", description = "As --region.")
    private String region;

    @Option(
        names = "--to-endpoint-url",
        paramLabel = "URL",
        converter = Values.Endpoint.class,
        description = "As --endpoint-url.")
    private URI endpoint;

    @Option(names = "--to-fips", description = "As --fips.")
    private boolean fips;

    @Option(names = "--to-dual-stack", description = "As --dual-stack.")
    private boolean dualStack;

    @Option(
        names = "--to-rate",
        paramLabel = "N",
        converter = Values.Rate.class,
        description = "As --rate.")
    private Integer rate;
  }

  /** The settings of the first operand's side. */
  AwsSettings from() {
    return settings(from.profile, from.region, from.endpoint, from.fips, from.dualStack, from.rate);
  }

  /** The settings of the last operand's side. */
  AwsSettings to() {
    return settings(to.profile, to.region, to.endpoint, to.fips, to.dualStack, to.rate);
  }

  private AwsSettings settings(
      String profile, String region, URI endpoint, boolean fips, boolean dualStack, Integer rate) {
    return new AwsSettings(
        Optional.ofNullable(profile).or(() -> Optional.ofNullable(both.profile)),
        profile != null,
        Optional.ofNullable(region).or(() -> Optional.ofNullable(both.region)),
        Optional.ofNullable(endpoint).or(() -> Optional.ofNullable(both.endpoint)),
        fips || both.fips,
        dualStack || both.dualStack,
        Optional.ofNullable(both.bucketOwner),
        both.requesterPays,
        Optional.ofNullable(rate).or(() -> Optional.ofNullable(both.rate)));
  }
}

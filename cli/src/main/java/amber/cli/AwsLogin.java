package amber.cli;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.ServiceEndpointKey;
import software.amazon.awssdk.regions.ServiceMetadata;
import software.amazon.awssdk.regions.providers.InstanceProfileRegionProvider;

/** Finds out who asks AWS, and where, as all of AWS's tools do. */
final class AwsLogin {

  private static final String REGION_HINT =
      "name one: --region us-east-1, or the variable AWS_REGION, or aws configure";
  private static final String CREDENTIALS_HINT =
      "sign in (aws configure, aws sso login), or name a profile that has some: --profile NAME";

  private final AwsSettings settings;
  private final Console console;
  private ProfileFile profiles;

  static {
    // The SDK's library of logs says on stderr that there is no log; that is so by intent.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  AwsLogin(AwsSettings settings, Console console) {
    this.settings = settings;
    this.console = console;
  }

  /**
   * The region, which EC2 cannot do without.
   *
   * @throws RefusedException if none is named anywhere
   */
  Region region() throws RefusedException {
    String found = named().or(AwsLogin::ofInstance).orElse(null);
    if (found == null) {
      throw RefusedException.usage("no AWS region is named, should be", REGION_HINT);
    }
    return checked(found);
  }

  /** The region, or another where stores have but one. */
  Region regionOr(String usual) throws RefusedException {
    return checked(named().orElse(usual));
  }

  /** The region, if one is named. */
  Optional<Region> namedRegion() throws RefusedException {
    Optional<String> found = named();
    return found.isPresent() ? Optional.of(checked(found.get())) : Optional.empty();
  }

  static Region checked(String name) throws RefusedException {
    if (!name.matches("[a-z0-9-]{1,63}")) {
      throw RefusedException.usage(
          "region '%s', should be one such as us-east-1".formatted(name), REGION_HINT);
    }
    return Region.of(name);
  }

  private Optional<String> named() throws RefusedException {
    Optional<String> found = settings.region();
    if (found.isEmpty() && settings.ownProfile()) {
      found = ofProfile("region");
    }
    if (found.isEmpty()) {
      found = variable("AWS_REGION").or(() -> variable("AWS_DEFAULT_REGION"));
    }
    return found.isEmpty() ? ofProfile("region") : found;
  }

  private static Optional<String> ofInstance() {
    try {
      return Optional.of(new InstanceProfileRegionProvider().getRegion().id());
    } catch (SdkException e) {
      // This is no instance of EC2.
      return Optional.empty();
    }
  }

  /** Where S3 answers, if not where AWS has it. */
  Optional<URI> s3Endpoint() throws RefusedException {
    return endpoint("S3");
  }

  /** Where EC2 answers, if not where AWS has it. */
  Optional<URI> ec2Endpoint() throws RefusedException {
    return endpoint("EC2");
  }

  /** Where EBS direct answers, if not where AWS has it. */
  Optional<URI> ebsEndpoint() throws RefusedException {
    return endpoint("EBS");
  }

  /** Where KMS answers, if not where AWS has it. */
  Optional<URI> kmsEndpoint() throws RefusedException {
    return endpoint("KMS");
  }

  /** The profile that was named, if one was. */
  Optional<String> profile() {
    return settings.profile().or(() -> variable("AWS_PROFILE"));
  }

  /** Where STS answers, if not where AWS has it. */
  Optional<URI> stsEndpoint() throws RefusedException {
    return endpoint("STS");
  }

  private Optional<URI> endpoint(String service) throws RefusedException {
    if (settings.endpoint().isPresent()) {
      return settings.endpoint();
    }
    if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").filter("true"::equals).isPresent()) {
      return Optional.empty();
    }
    for (String name : List.of("AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL")) {
      if (variable(name).isPresent()) {
        return Optional.of(uri(name, variable(name).get()));
      }
    }
    Optional<String> configured = ofProfile("endpoint_url");
    return configured.isPresent()
        ? Optional.of(uri("endpoint_url", configured.get()))
        : Optional.empty();
  }

  private static URI uri(String name, String text) throws RefusedException {
    try {
      return new Values.Endpoint().convert(text);
    } catch (TypeConversionException e) {
      throw RefusedException.usage(name + ": " + e.getMessage(), "correct it, or unset it");
    }
  }

  /** Fails if nobody is there where a service should answer. */
  void requireReachable(String service, ServiceMetadata aws, Region region) throws IOException {
    Optional<URI> known = endpoint(service);
    if (known.isPresent()) {
      Reach.require(known.get(), console);
    } else if (ofProfile("services").isEmpty()) {
      List<EndpointTag> tags = new ArrayList<>();
      if (settings.fips()) {
        tags.add(EndpointTag.FIPS);
      }
      if (settings.dualStack()) {
        tags.add(EndpointTag.DUALSTACK);
      }
      String host =
          aws.endpointFor(ServiceEndpointKey.builder().region(region).tags(tags).build())
              .toString()
              // Where buckets of the first region are for those who do not say so.
              .replaceFirst("^s3\\.amazonaws", "s3." + region + ".amazonaws");
      Reach.require(URI.create("https://" + host), console);
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(console.variable(name));
  }

  private Optional<String> ofProfile(String property) throws RefusedException {
    String name =
        settings.profile().orElseGet(ProfileFileSystemSetting.AWS_PROFILE::getStringValueOrThrow);
    return profile(name).flatMap(profile -> profile.property(property));
  }

  private Optional<Profile> profile(String name) throws RefusedException {
    try {
      if (profiles == null) {
        profiles = ProfileFile.defaultProfileFile();
      }
      return profiles.profile(name);
    } catch (RuntimeException e) {
      throw RefusedException.usage(
          "the AWS configuration files cannot be read: " + e.getMessage(),
          "correct ~/.aws/config and ~/.aws/credentials");
    }
  }

  /**
   * Who asks.
   *
   * @throws RefusedException if nobody does
   */
  AwsCredentialsProvider credentials() throws RefusedException {
    // The SDK does not know this variable, and asks for roles in the wrong partition without.
    if (variable("AWS_REGION").isEmpty()) {
      variable("AWS_DEFAULT_REGION").ifPresent(name -> System.setProperty("aws.region", name));
    }
    AwsCredentialsProvider provider;
    if (settings.profile().isPresent()) {
      String name = settings.profile().get();
      if (profile(name).isEmpty()) {
        throw RefusedException.usage(
            "profile '%s': is in no AWS configuration file".formatted(name),
            "check the spelling: aws configure list-profiles");
      }
      provider = ProfileCredentialsProvider.create(name);
    } else {
      provider = DefaultCredentialsProvider.builder().build();
    }
    try {
      provider.resolveCredentials();
      return provider;
    } catch (RuntimeException e) {
      // Not all that goes wrong there is an exception of the SDK's own.
      throw new RefusedException(Outcome.NOT_ALLOWED, problem(e), CREDENTIALS_HINT, e);
    }
  }

  private String problem(RuntimeException failure) {
    return settings.profile().isPresent()
        ? "profile '%s' gives no AWS credentials: %s"
            .formatted(settings.profile().get(), failure.getMessage())
        : "no AWS credentials are found";
  }
}

package amber.cli;

import amber.image.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code amber iam-policy}. */
@Command(
    name = "iam-policy",
    header = {
      "Prints an IAM policy that allows a job and nothing else.",
      "",
      "  amber iam-policy --for pack --bucket archive --region us-east-1",
      "  amber iam-policy --for unpack --bucket archive --prefix images/ --kms arn:aws:kms:...",
      "  amber iam-policy --for copy-to --bucket archive --partition aws-us-gov > policy.json",
      ""
    },
    description = {
      "Each statement is there for one reason, which its Sid tells. Those of what is",
      "not used can be taken out: docs/iam.md says what each is for, and what is",
      "missed without it.",
      ""
    })
final class IamPolicyCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--for",
      paramLabel = "JOB",
      required = true,
      converter = Jobs.class,
      description =
          "What is to be allowed: pack, pack-disk, unpack, unpack-disk, copy, copy-from, copy-to,"
              + " copy-image, copy-image-from, copy-image-to, migrate, migrate-from, migrate-to,"
              + " image-list, image-life, retire, inspect, archives-list, verify, tasks-cancel or"
              + " tasks-sweep.")
  private IamJob job;

  @Option(
      names = "--bucket",
      paramLabel = "NAME",
      description = "A bucket with archives; may be given again.")
  private List<String> buckets = List.of();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "How the keys of the archives begin (default: all keys).")
  private String prefix;

  @Option(
      names = "--kms",
      paramLabel = "ARN",
      description = "A KMS key of snapshots or archives; may be given again.")
  private List<String> keys = List.of();

  @Option(
      names = "--kms-recipient",
      paramLabel = "ARN",
      description =
          "A KMS key that archives are encrypted to (pack --recipient-kms); may be given again.")
  private List<String> recipients = List.of();

  @Option(
      names = "--region",
      paramLabel = "NAME",
      defaultValue = "*",
      description = "The region of images and snapshots (default: all).")
  private String region;

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      converter = Values.Account.class,
      description = "The account that the buckets must be of (default: any).")
  private String account;

  @Option(
      names = "--partition",
      paramLabel = "aws|aws-us-gov|aws-cn",
      description = "Of the ARNs (default: that of --region, else aws).")
  private String partition;

  // Read by what sets up every command, and here by nobody.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  /** The name of a job. */
  static final class Jobs implements ITypeConverter<IamJob> {
    @Override
    public IamJob convert(String value) {
      for (IamJob each : IamJob.values()) {
        if (each.text().equals(value)) {
          return each;
        }
      }
      throw new TypeConversionException(
          "'%s' is no job, should be one of %s".formatted(value, IamJob.all()));
    }
  }

  IamPolicyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    IamPlace place =
        new IamPlace(
            requirePartition(),
            region,
            Optional.ofNullable(account),
            buckets,
            prefix,
            keys,
            recipients);
    place.requireKeysHere();
    requireRecipients();
    requireBuckets();
    // A policy is JSON already; one with a schema of ours around it would be none.
    console.bytes(Json.write(IamPolicy.of(job, place)));
    return Outcome.OK.exitCode();
  }

  private String requirePartition() throws RefusedException {
    boolean anywhere = region.equals("*");
    String wanted = partition == null ? IamPlace.partitionOf(region) : partition;
    if (!List.of("aws", "aws-us-gov", "aws-cn").contains(wanted)) {
      throw RefusedException.usage(
          "--partition %s: is none, should be aws, aws-us-gov or aws-cn".formatted(wanted),
          "leave it out, and give --region");
    }
    if (!anywhere && !wanted.equals(IamPlace.partitionOf(region))) {
      throw RefusedException.usage(
          "--partition %s: does not have region %s, which is of %s"
              .formatted(wanted, region, IamPlace.partitionOf(region)),
          "leave --partition out");
    }
    return wanted;
  }

  private void requireRecipients() throws RefusedException {
    boolean isUsed =
        job.grants().stream().anyMatch(grant -> grant.on() == IamGrant.On.RECIPIENT_KEYS);
    if (!isUsed && !recipients.isEmpty()) {
      throw RefusedException.usage(
          "--for %s: neither encrypts nor opens archives, a key for that is given"
              .formatted(job.text()),
          "leave --kms-recipient out");
    }
  }

  private void requireBuckets() throws RefusedException {
    if (job.needsBucket() && buckets.isEmpty()) {
      throw RefusedException.usage(
          "--for %s: needs a bucket, none is given".formatted(job.text()), "add --bucket NAME");
    }
    boolean isUnused = !job.needsBucket() && !(buckets.isEmpty() && prefix.isEmpty());
    if (isUnused) {
      throw RefusedException.usage(
          "--for %s: has nothing to do with buckets, one is given".formatted(job.text()),
          "leave --bucket and --prefix out");
    }
    for (String bucket : buckets) {
      if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
        throw RefusedException.usage(
            "--bucket %s: is no name of a bucket, should be".formatted(bucket),
            "without s3:// and without a key");
      }
    }
    if (prefix.contains("*") || prefix.contains("?") || prefix.contains("${")) {
      throw RefusedException.usage(
          "--prefix %s: would be read as a pattern, should be text".formatted(prefix),
          "leave out *, ? and ${");
    }
  }
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.ec2.Ec2Errors;
import amber.kms.KmsErrors;
import amber.s3.S3Errors;
import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import amber.work.Retry.Verdict;
import amber.work.RetryPolicies;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tables of docs/operations.md are those that the code goes by. {@code -Doperations.write=true}
 * writes them.
 */
class OperationsPageTest {

  private static final String KMS_KEY =
      "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "operations.md");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policies",
        "kinds",
        "errors of EC2 and EBS direct",
        "errors of S3",
        "errors of KMS"
      })
  void tableIsTheOneThatTheCodeGoesBy(String name) throws IOException {
    String page = Files.readString(PAGE);
    String begin = "<!-- begin: " + name + " -->\n";
    String end = "<!-- end: " + name + " -->\n";
    assertThat(page).contains(begin, end);
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    String table = table(name);
    if (Boolean.getBoolean("operations.write")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to))
        .as("docs/operations.md; -DargLine=-Doperations.write=true writes it")
        .isEqualTo(table);
  }

  private static String table(String name) {
    return switch (name) {
      case "policies" -> policies();
      case "kinds" -> kinds();
      case "errors of S3" -> errors(S3Errors.table());
      case "errors of KMS" -> errors(KmsErrors.table());
      default -> errors(Ec2Errors.table());
    };
  }

  private static String policies() {
    StringBuilder table =
        new StringBuilder(
            """
            | policy | is for | attempts | each at most | pauses: from | up to | in all at most |
            |---|---|---|---|---|---|---|
            """);
    for (RetryPolicies.Named named : RetryPolicies.all()) {
      RetryPolicy policy = named.policy();
      row(
          table,
          named.name(),
          named.of(),
          Integer.toString(policy.attempts()),
          text(policy.attemptLimit()),
          text(policy.firstDelay()),
          text(policy.delayLimit()),
          text(policy.budget()));
    }
    return table.toString();
  }

  /** What follows from what an error means: for each kind, and where services differ for each. */
  private static String kinds() {
    StringBuilder table =
        new StringBuilder(
            """
            | kind | of | tried again | kept for a later run | exit code | hint |
            |---|---|---|---|---|---|
            """);
    for (Meaning meaning : Meaning.values()) {
      Optional<IOException> ofEc2 =
          Ec2Errors.table().stream()
              .filter(error -> error.meaning() == meaning)
              .findFirst()
              .map(error -> Ec2Errors.example(error, ec2Place(meaning)));
      Optional<IOException> ofS3 =
          S3Errors.table().stream()
              .filter(error -> error.meaning() == meaning)
              .findFirst()
              .map(error -> S3Errors.example(error, "s3://bucket/key"));
      boolean same =
          ofEc2.isPresent()
              && ofS3.isPresent()
              && Hints.of(ofEc2.get()).equals(Hints.of(ofS3.get()))
              && Outcome.of(ofEc2.get()) == Outcome.of(ofS3.get());
      Optional<IOException> ofKms =
          KmsErrors.table().stream()
              .filter(error -> error.meaning() == meaning)
              .findFirst()
              .map(error -> KmsErrors.example(error, KMS_KEY));
      boolean own = ofKms.isPresent() && !isLike(ofKms.get(), ofEc2);
      if (same) {
        kind(table, meaning, own ? "EC2, EBS direct, S3" : "all", ofEc2.get());
      } else {
        String ec2 = ofKms.isPresent() && !own ? "EC2, EBS direct, KMS" : "EC2, EBS direct";
        ofEc2.ifPresent(failure -> kind(table, meaning, ec2, failure));
        ofS3.ifPresent(failure -> kind(table, meaning, "S3", failure));
      }
      if (own) {
        kind(table, meaning, "KMS", ofKms.get());
      }
    }
    return table.toString();
  }

  /** Where it is the same, it is said once. */
  private static boolean isLike(IOException ofKms, Optional<IOException> ofEc2) {
    return ofEc2.isPresent()
        && Hints.of(ofEc2.get()).equals(Hints.of(ofKms))
        && Outcome.of(ofEc2.get()) == Outcome.of(ofKms);
  }

  private static void kind(StringBuilder table, Meaning meaning, String of, IOException failure) {
    row(
        table,
        name(meaning),
        of,
        tries(meaning.verdict()),
        meaning.isMendable() ? "yes" : "no",
        Integer.toString(Outcome.of(failure).exitCode()),
        Hints.of(failure).orElse(""));
  }

  private static String tries(Verdict verdict) {
    return switch (verdict) {
      case FATAL -> "no";
      case BRIEFLY -> "twice";
      case TRANSIENT, THROTTLED -> "yes";
    };
  }

  private static String ec2Place(Meaning meaning) {
    return meaning == Meaning.EXISTS ? "ami:NAME" : "snap-0123456789abcdef0";
  }

  private static String name(Meaning meaning) {
    return meaning.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String errors(List<ErrorClass> errors) {
    StringBuilder table =
        new StringBuilder(
            """
            | answered by | error | means | kind |
            |---|---|---|---|
            """);
    for (ErrorClass error : errors) {
      row(
          table,
          error.service(),
          error.sign().text("any other"),
          error.says(),
          name(error.meaning()));
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String... cells) {
    for (String cell : cells) {
      table.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    table.append("|\n");
  }

  private static String text(Duration duration) {
    if (duration.toMillis() % 1000 != 0) {
      return duration.toMillis() + " ms";
    }
    return duration.toSeconds() % 60 == 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }
}

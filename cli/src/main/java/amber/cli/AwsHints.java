package amber.cli;

import amber.ec2.AwsException;
import amber.kms.KmsException;
import amber.s3.FrozenArchiveException;
import amber.s3.LostRaceException;
import amber.s3.RequestException;
import amber.s3.UnknownCommitException;
import amber.work.ErrorClass.Meaning;
import amber.work.LoginException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;

/** What to do about a failure that comes from AWS. */
final class AwsHints {

  private static final String SDK = "software.amazon.awssdk.";
  private static final Pattern PLACE = Pattern.compile("(s3://|ami[-:]|snap-).*", Pattern.DOTALL);

  private AwsHints() {}

  /** Null if there is nothing to say. */
  static String of(Throwable failure) {
    if (failure instanceof FrozenArchiveException frozen) {
      return frozen.thawing()
          ? "repeat the command later, or with --wait"
          : "ask for it with --thaw Standard, or with --thaw Bulk, which is slower and cheaper";
    }
    if (failure instanceof UnknownCommitException) {
      return "amber verify --quick tells whether it is there; else repeat the command";
    }
    if (failure instanceof LostRaceException) {
      return "run the same command again: it starts over, or says that the name is taken";
    }
    if (failure instanceof LoginException login) {
      return of(login.why());
    }
    if (failure instanceof AwsException refusal) {
      return of(refusal.meaning());
    }
    if (failure instanceof KmsException refusal) {
      return of(refusal.meaning());
    }
    if (failure instanceof RequestException refusal) {
      return of(refusal.meaning());
    }
    if (failure instanceof FileSystemException named && isKey(named)) {
      return ofKey(named);
    }
    return isOfAws(failure) ? ofPlace(failure, String.valueOf(failure.getMessage())) : null;
  }

  private static String of(LoginException.Why why) {
    return switch (why) {
      case MISSING ->
          "sign in (aws configure, aws sso login), or name a profile that has some: --profile NAME";
      case EXPIRED -> "sign in again: aws sso login, or new credentials";
      case SKEWED ->
          "sign in again if your session has ended; if not, set this machine's clock, which may be"
              + " 5 minutes off at most";
    };
  }

  private static String of(Meaning meaning) {
    return switch (meaning) {
      case QUOTA ->
          "ask for more in Service Quotas, or wait until what else uses the quota is done";
      case THROTTLED -> "others use the account's quota, too: try again when they are done";
      case TRANSIENT -> "check the network, and try again";
      case ELSEWHERE -> "name that region: --region, or --from-region or --to-region for one side";
      case GONE ->
          "run the same command again, it begins anew; if a rule of the bucket aborts uploads, give"
              + " it more days";
      case CONFLICT -> "run the same command again: it starts over";
      case REFUSED ->
          "the message is AWS's own: put right what it names, and run the command again; if it is"
              + " no help, repeat with -v and report what that prints";
      case INVALID, STALE_BLOCK_TOKEN, STALE_PAGE_TOKEN ->
          "the message is AWS's own; if it is no help, repeat with -v and report what that prints";
      case DENIED, EXPIRED, SKEWED, NOT_FOUND, EXISTS, FROZEN -> null;
    };
  }

  private static boolean isKey(FileSystemException failure) {
    return failure.getFile() != null && failure.getFile().startsWith("arn:");
  }

  private static String ofKey(FileSystemException failure) {
    return failure instanceof AccessDeniedException
        ? "who asks is told by: aws sts get-caller-identity; the key's state by: aws kms"
            + " describe-key; what it needs: docs/cli.md"
        : "check the ARN and --profile: aws kms describe-key --key-id ARN";
  }

  private static String ofPlace(Throwable failure, String message) {
    boolean object = message.startsWith("s3://");
    if (failure instanceof AccessDeniedException) {
      return "who asks is told by: aws sts get-caller-identity; what it needs: docs/cli.md";
    }
    if (failure instanceof NoSuchFileException) {
      return object
          ? "check the spelling, --profile and --region: aws s3 ls"
          : "check the id, --profile and --region: ids are of one account and region";
    }
    if (failure instanceof FileAlreadyExistsException && !object) {
      return "choose another name: ami:NAME";
    }
    return null;
  }

  private static boolean isOfAws(Throwable failure) {
    if (failure instanceof FileSystemException named
        && named.getFile() != null
        && PLACE.matcher(named.getFile()).matches()) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getClass().getName().startsWith(SDK)) {
        return true;
      }
    }
    return false;
  }
}

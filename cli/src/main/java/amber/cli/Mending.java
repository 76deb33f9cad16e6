package amber.cli;

import amber.block.SourceChangedException;
import amber.ec2.AwsException;
import amber.kms.KmsException;
import amber.s3.RequestException;

/**
 * Tells whether the same run, begun again, can come to a better end: by itself, or when somebody
 * has put something right. Only then is it worth keeping what was stored. Of what AWS answers, the
 * tables of its errors decide.
 */
final class Mending {

  private Mending() {}

  static boolean isPossible(Throwable failure) {
    return switch (Outcome.of(failure)) {
      case NOT_ALLOWED, NOT_FOUND, NOT_READY, INTERRUPTED -> true;
      case FAILED -> isPossibleOfFailed(failure);
      case OK, USAGE, CORRUPT, EXISTS, UNSUPPORTED, RESUMABLE -> false;
    };
  }

  private static boolean isPossibleOfFailed(Throwable failure) {
    if (failure instanceof AwsException refusal) {
      return refusal.meaning().isMendable();
    }
    if (failure instanceof KmsException refusal) {
      return refusal.meaning().isMendable();
    }
    if (failure instanceof RequestException refusal) {
      return refusal.meaning().isMendable();
    }
    // Networks, disks and memory; a source that has changed is another, and begins anew.
    return !(failure instanceof SourceChangedException);
  }
}

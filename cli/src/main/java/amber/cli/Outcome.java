package amber.cli;

import amber.archive.CorruptArchiveException;
import amber.archive.UnsupportedArchiveException;
import amber.ec2.UnreadableSnapshotException;
import amber.image.InvalidImageException;
import amber.image.UnsupportedImageException;
import amber.s3.FrozenArchiveException;
import amber.seal.BrokenSealException;
import amber.seal.KeyFileException;
import amber.seal.NoIdentityException;
import amber.seal.TooManyRecipientsException;
import amber.seal.UnsupportedSealException;
import amber.seal.UntrustedArchiveException;
import amber.seal.WrongPassphraseException;
import amber.work.LoginException;
import amber.work.PreflightException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.ParameterException;

/** How a run ended. Exit codes are a promise: they are only ever added. */
enum Outcome {
  OK(0),
  FAILED(1),
  USAGE(2),
  CORRUPT(3),
  NOT_ALLOWED(4),
  NOT_FOUND(5),
  EXISTS(6),
  UNSUPPORTED(7),
  /** Not done, but what was done is kept, and the same command goes on. */
  RESUMABLE(8),
  /** What is to be read is there, and cannot be read yet. */
  NOT_READY(9),
  /** The JVM itself exits with 128 and the signal's number; this is the commonest one's. */
  INTERRUPTED(130);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  static Outcome of(Throwable failure) {
    if (failure instanceof RefusedException refused) {
      return refused.outcome();
    }
    if (failure instanceof PreflightException several) {
      return of(several.problems().get(0));
    }
    if (failure instanceof ResumableException stopped) {
      Outcome outcome = of(stopped.failure());
      return outcome == INTERRUPTED ? INTERRUPTED : RESUMABLE;
    }
    // The command line is wrong, or what it names is no image.
    if (failure instanceof ParameterException || failure instanceof InvalidImageException) {
      return USAGE;
    }
    if (failure instanceof UntrustedArchiveException
        || failure instanceof WrongPassphraseException) {
      return NOT_ALLOWED;
    }
    if (failure instanceof KeyFileException) {
      return USAGE;
    }
    if (failure instanceof CorruptArchiveException
        || failure instanceof BrokenSealException
        || failure instanceof MismatchException) {
      return CORRUPT;
    }
    // A reader whose file was closed by an interrupt elsewhere fails in ways of its own.
    boolean stopped = failure instanceof IOException && Thread.currentThread().isInterrupted();
    if (stopped
        || failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException) {
      return INTERRUPTED;
    }
    if (failure instanceof AccessDeniedException
        || failure instanceof LoginException
        || failure instanceof NoIdentityException
        || isNotPermitted(failure)) {
      return NOT_ALLOWED;
    }
    if (failure instanceof NoSuchFileException) {
      return NOT_FOUND;
    }
    if (failure instanceof FileAlreadyExistsException) {
      return EXISTS;
    }
    if (failure instanceof UnsupportedArchiveException
        || failure instanceof UnsupportedImageException
        || failure instanceof UnsupportedSealException
        || failure instanceof UnreadableSnapshotException) {
      return UNSUPPORTED;
    }
    if (failure instanceof TooManyRecipientsException) {
      return USAGE;
    }
    if (failure instanceof FrozenArchiveException) {
      return NOT_READY;
    }
    return FAILED;
  }

  /** EPERM, for which Java has no exception: what even the owner may not do. */
  private static boolean isNotPermitted(Throwable failure) {
    return failure instanceof FileSystemException refused
        && "Operation not permitted".equals(refused.getReason());
  }
}

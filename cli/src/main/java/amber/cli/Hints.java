package amber.cli;

import amber.archive.UnsupportedArchiveException;
import amber.block.SourceChangedException;
import amber.frame.ZstdLibrary;
import amber.image.InvalidImageException;
import amber.image.UnsupportedImageException;
import amber.seal.BrokenSealException;
import amber.seal.KeyFileException;
import amber.seal.NoIdentityException;
import amber.seal.TooManyRecipientsException;
import amber.seal.UnsupportedSealException;
import amber.seal.UntrustedArchiveException;
import amber.seal.WrongPassphraseException;
import amber.work.StalledException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** What to do about a failure: the only place that tells users so, but for refusals. */
final class Hints {

  private Hints() {}

  static Optional<String> of(Throwable failure) {
    if (failure instanceof ResumableException stopped) {
      // Of an interrupt there is no more to say; of all else, first what has to be mended.
      Optional<String> mend =
          Outcome.of(stopped) == Outcome.INTERRUPTED ? Optional.empty() : of(stopped.failure());
      return Optional.of(mend.map(text -> text + "; then ").orElse("") + stopped.hint());
    }
    Optional<String> left = NotRemovedException.hint(failure);
    if (left.isPresent()) {
      // Of an interrupt there is no more to say.
      Optional<String> mend =
          Outcome.of(failure) == Outcome.INTERRUPTED ? Optional.empty() : ofFailure(failure);
      return Optional.of(mend.map(text -> text + "; ").orElse("") + left.get());
    }
    return ofFailure(failure);
  }

  private static Optional<String> ofFailure(Throwable failure) {
    return Optional.ofNullable(specific(failure))
        .or(() -> Optional.ofNullable(failure instanceof IOException ? AwsHints.of(failure) : null))
        .or(() -> Optional.ofNullable(general(failure)));
  }

  private static String specific(Throwable failure) {
    if (failure instanceof RefusedException refused) {
      return refused.hint();
    }
    if (failure instanceof InvalidImageException
        && String.valueOf(failure.getMessage()).contains("512-byte sectors")) {
      return "pad a copy of it: cp FILE COPY && truncate -s %512 COPY";
    }
    if (failure instanceof InvalidImageException
        && String.valueOf(failure.getMessage()).startsWith("ami:")) {
      return ofNewImage(failure.getMessage());
    }
    if (failure instanceof UntrustedArchiveException) {
      return "amber inspect ARCHIVE shows who signed it; use it only if you trust them, or where it"
          + " came from";
    }
    if (failure instanceof WrongPassphraseException) {
      return "check the passphrase, and that it is this file's";
    }
    if (failure instanceof KeyFileException) {
      return "openssl storeutl -noout -text FILE tells what a file holds";
    }
    if (failure instanceof UnsupportedArchiveException
        || failure instanceof UnsupportedImageException
        || failure instanceof UnsupportedSealException) {
      return "a newer version of amber can read it";
    }
    if (failure instanceof TooManyRecipientsException) {
      return "give one key to those who may open it, such as a key of KMS, and encrypt to that; 'amber"
          + " recipients remove' takes others away";
    }
    if (failure instanceof NoIdentityException) {
      return "give what opens it: --identity KEY-FILE, --identity-kms, or --passphrase-file FILE";
    }
    if (failure instanceof BrokenSealException) {
      return "fetch the archive again; if the error stays, it was changed after it was sealed:"
          + " do not use it";
    }
    if (failure instanceof StalledException) {
      return "check the network and who reads what is written; where it is right that nothing moves"
          + " for long, set AMBER_RUN_STILL_SECONDS";
    }
    if (failure instanceof SourceChangedException) {
      return "stop what writes to the disk, or pack a snapshot of it";
    }
    if (failure instanceof FileSystemException named && named.getReason() != null) {
      String hint = ofReason(named.getReason());
      if (hint != null) {
        return hint;
      }
    }
    if (failure instanceof ZstdLibrary.UnusableException) {
      return "if nothing may run from there (noexec), name another directory:"
          + " JAVA_TOOL_OPTIONS=\"-DZstdTempFolder=DIR -Djna.tmpdir=DIR\"";
    }
    if (failure instanceof OutOfMemoryError) {
      return "use fewer --threads: each takes some 40 MiB, and at high levels up to 100";
    }
    if (failure instanceof RuntimeException || failure instanceof Error) {
      return "repeat with -v and report what it prints";
    }
    return null;
  }

  private static String ofNewImage(String message) {
    if (message.contains("product codes")) {
      return "if it does not, repeat with --allow-product-codes";
    }
    return message.contains("is no name")
        ? "choose another name: ami:NAME"
        : "correct it by an option such as --boot-mode: amber unpack --help";
  }

  private static String ofReason(String reason) {
    if (reason.contains("No space left")) {
      return "make room there, or choose another place";
    }
    if (reason.contains("no part of an image")) {
      return "choose another name, or remove what is not to be kept";
    }
    if (reason.contains("is no directory")) {
      return "choose another name";
    }
    return null;
  }

  private static String general(Throwable failure) {
    return switch (Outcome.of(failure)) {
      case USAGE -> "correct what is named above; the disk or image cannot be packed as it is";
      case CORRUPT ->
          "fetch the archive again; if the error stays, amber unpack --salvage ARCHIVE TARGET"
              + " recovers what is whole";
      case NOT_ALLOWED ->
          "check the owner and the mode of the file and of the directories above it";
      case NOT_FOUND -> "check the spelling; a path is taken from the current directory";
      case EXISTS -> "choose another name, or repeat with --replace";
      case INTERRUPTED -> "what was begun is removed; run the command again";
      default -> null;
    };
  }
}

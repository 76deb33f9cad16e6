package amber.cli;

import amber.seal.SealProvider;
import java.util.List;

/**
 * Brings up the cryptography of encrypted and signed archives on another processor while the
 * command line is read: half a second's work, which would otherwise come before the first block or
 * after the last one.
 */
final class HeadStart {

  private static final List<String> OPTIONS =
      List.of(
          "--identity",
          "--passphrase",
          "--recipient",
          "--require-signature",
          "--signer",
          "--trust");

  private HeadStart() {}

  /** Begins, if an option asks for it; nobody has to wait for the end. */
  static void begin(List<String> arguments) {
    if (arguments.stream().noneMatch(HeadStart::needsCryptography)) {
      return;
    }
    Thread thread = new Thread(HeadStart::run, "amber-head-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static boolean needsCryptography(String argument) {
    return OPTIONS.stream().anyMatch(argument::startsWith);
  }

  private static void run() {
    try {
      SealProvider.load();
    } catch (Exception | LinkageError e) {
      // Whoever needs it meets the same failure, and can say what for.
    }
  }
}

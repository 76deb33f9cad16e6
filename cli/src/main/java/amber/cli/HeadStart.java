package amber.cli;

import amber.seal.SealProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;

/**
 * Brings up what reads keys and certificates, and the cryptography of encrypted and signed
 * archives, on another processor while the command line is read. It would otherwise come before the
 * first block or after the last one.
 */
final class HeadStart {

  private static final List<String> CERTIFICATES =
      List.of("--identity", "--recipient", "--require-signature", "--signer", "--trust");

  private static final List<String> ENVELOPES =
      List.of("--identity", "--passphrase", "--recipient");

  private HeadStart() {}

  /**
   * Begins, if an option asks for it; nobody has to wait for the end.
   *
   * @return what does it, if anything does
   */
  static Optional<Thread> begin(List<String> arguments) {
    boolean certificates = readsCertificates(arguments);
    boolean envelopes = opensEnvelopes(arguments);
    if (!certificates && !envelopes) {
      return Optional.empty();
    }
    Thread thread = new Thread(() -> run(certificates, envelopes), "amber-head-start");
    thread.setDaemon(true);
    thread.start();
    return Optional.of(thread);
  }

  static boolean readsCertificates(List<String> arguments) {
    return hasAny(arguments, CERTIFICATES);
  }

  static boolean opensEnvelopes(List<String> arguments) {
    return hasAny(arguments, ENVELOPES) || signs(arguments);
  }

  private static boolean hasAny(List<String> arguments, List<String> options) {
    return arguments.stream().anyMatch(argument -> options.stream().anyMatch(argument::startsWith));
  }

  private static boolean signs(List<String> arguments) {
    return arguments.stream()
        .anyMatch(argument -> argument.equals("--signer") || argument.startsWith("--signer="));
  }

  private static void run(boolean certificates, boolean envelopes) {
    try {
      if (certificates) {
        CertificateFactory.getInstance("X.509");
        KeyFactory.getInstance("EC");
        // Java asks for it with the first certificate, and looks for it in all libraries.
        System.getLogger("jdk.event.security");
      }
      if (envelopes) {
        SealProvider.load();
      }
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      // Whoever needs it meets the same failure, and can say what for.
    }
  }
}

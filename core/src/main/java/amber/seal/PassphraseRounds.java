package amber.seal;

import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.PasswordRecipientInformation;

/**
 * How much work it is to try a passphrase on an envelope. A stranger's archive must not keep the
 * processor busy for hours, neither by one recipient nor by a thousand.
 */
final class PassphraseRounds {

  /** The most rounds of PBKDF2 of all of an envelope's recipients together: some ten seconds. */
  static final long MAX = 20_000_000;

  private static final BigInteger MANY = BigInteger.valueOf(Integer.MAX_VALUE);

  private PassphraseRounds() {}

  /** Rounds of all together, or {@link #MAX} and more. */
  static long of(List<WrappedTo> recipients) {
    long sum = 0;
    for (WrappedTo each : recipients) {
      if (each.information() instanceof PasswordRecipientInformation passphrase) {
        sum += of(passphrase.getKeyDerivationAlgorithm());
      }
    }
    return sum;
  }

  /** Rounds of one; 0 if that cannot be read, and so is not tried. */
  static long of(AlgorithmIdentifier derivation) {
    try {
      // Whatever the algorithm is called, the library takes its parameters for those of PBKDF2.
      BigInteger rounds = PBKDF2Params.getInstance(derivation.getParameters()).getIterationCount();
      return rounds.signum() < 0 ? 0 : rounds.min(MANY).longValueExact();
    } catch (RuntimeException e) {
      return 0;
    }
  }
}

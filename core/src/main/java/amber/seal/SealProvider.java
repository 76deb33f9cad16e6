package amber.seal;

import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Whose cryptography the seal runs on where the Java platform alone does not do: one instance,
 * which is made when it is first needed and is not entered in the platform's list, so that nothing
 * else in the process changes.
 */
public final class SealProvider {

  private SealProvider() {}

  private static final class Holder {
    private static final Provider PROVIDER = new BouncyCastleProvider();
  }

  /** The provider. */
  public static Provider get() {
    return Holder.PROVIDER;
  }
}

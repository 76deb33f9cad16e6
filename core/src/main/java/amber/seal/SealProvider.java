package amber.seal;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.jcajce.util.BCJcaJceHelper;

/**
 * Whose cryptography the seal runs on where the Java platform alone does not do: one instance,
 * which is made when it is first needed and is not entered in the platform's list, so that nothing
 * else in the process changes. It is Bouncy Castle's, or where that is on the class path instead,
 * Bouncy Castle's for FIPS.
 */
public final class SealProvider {

  private static final String FIPS = "org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider";

  private SealProvider() {}

  private static final class Holder {
    private static final Provider PROVIDER = make();
  }

  /** By name, because never more than one of them is there. */
  private static Provider make() {
    if (!Fips.PRESENT) {
      return Common.provider();
    }
    try {
      return Class.forName(FIPS).asSubclass(Provider.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: %s cannot be made".formatted(FIPS), e);
    }
  }

  private static final class Common {
    /** The one that the library makes for itself, where a cipher of it needs another. */
    static Provider provider() {
      return new BCJcaJceHelper().getProvider();
    }
  }

  /**
   * The provider of what the Java platform does as well, and with less to load: none in particular,
   * unless what is validated for FIPS is on the class path, to be used for all.
   */
  static Optional<Provider> ofCommon() {
    return Fips.PRESENT ? Optional.of(get()) : Optional.empty();
  }

  private static final class Fips {
    private static final boolean PRESENT = isPresent();

    private static boolean isPresent() {
      try {
        Class.forName(FIPS, false, SealProvider.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  /**
   * Makes the provider, and the tables of its curves, before they are needed.
   *
   * @throws GeneralSecurityException if it has no elliptic curves
   */
  public static void load() throws GeneralSecurityException {
    KeyPairGenerator.getInstance("EC", get()).initialize(new ECGenParameterSpec("secp384r1"));
    PrimeFields.know();
  }

  /** The provider. */
  public static Provider get() {
    return Holder.PROVIDER;
  }
}

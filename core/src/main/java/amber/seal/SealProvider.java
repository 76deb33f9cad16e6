package amber.seal;

import java.security.Provider;
import java.util.List;
import java.util.Optional;

/**
 * Whose cryptography the seal runs on where the Java platform alone does not do: one instance,
 * which is made when it is first needed and is not entered in the platform's list, so that nothing
 * else in the process changes. It is Bouncy Castle's, or where that is on the class path instead,
 * Bouncy Castle's for FIPS.
 */
public final class SealProvider {

  private static final List<String> CLASSES =
      List.of(
          "org.bouncycastle.jce.provider.BouncyCastleProvider",
          "org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider");

  private SealProvider() {}

  private static final class Holder {
    private static final Provider PROVIDER = make();
  }

  /** By name, because never more than one of them is there. */
  private static Provider make() {
    return CLASSES.stream()
        .map(SealProvider::made)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: no Bouncy Castle is on the class path"));
  }

  private static Optional<Provider> made(String name) {
    try {
      return Optional.of(
          Class.forName(name).asSubclass(Provider.class).getDeclaredConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: %s cannot be made".formatted(name), e);
    }
  }

  /** The provider. */
  public static Provider get() {
    return Holder.PROVIDER;
  }
}

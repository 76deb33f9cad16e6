package amber.emulator.state;

import java.util.List;
import java.util.Optional;

/**
 * What is billed for an image, which nobody can set when registering.
 *
 * @param platform {@code Windows} or nothing
 */
public record Billing(
    Optional<String> platform,
    String platformDetails,
    String usageOperation,
    List<ProductCode> productCodes) {

  /** Of an image whose snapshots say nothing, such as those written block by block. */
  public static final Billing LINUX =
      new Billing(Optional.empty(), "Linux/UNIX", "RunInstances", List.of());

  /** Copies the list. */
  public Billing {
    productCodes = List.copyOf(productCodes);
  }
}

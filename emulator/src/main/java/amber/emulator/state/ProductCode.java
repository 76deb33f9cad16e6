package amber.emulator.state;

/**
 * A product that an image belongs to.
 *
 * @param type {@code marketplace} or {@code devpay}
 */
public record ProductCode(String id, String type) {}

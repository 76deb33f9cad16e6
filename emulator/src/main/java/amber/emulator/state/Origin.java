package amber.emulator.state;

import java.util.Optional;

/** Where an image came from, for those that were not registered by hand. */
public record Origin(
    Optional<String> sourceImageId,
    Optional<String> sourceImageRegion,
    Optional<String> sourceInstanceId) {

  /** Of an image that RegisterImage made. */
  public static final Origin NONE =
      new Origin(Optional.empty(), Optional.empty(), Optional.empty());
}

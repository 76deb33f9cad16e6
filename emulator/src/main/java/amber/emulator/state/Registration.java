package amber.emulator.state;

import java.util.List;
import java.util.Optional;

/** What RegisterImage sets of an image, defaults filled in. */
public record Registration(
    String name,
    Optional<String> description,
    String architecture,
    String virtualizationType,
    Optional<String> rootDeviceName,
    List<DeviceMapping> devices,
    Optional<String> bootMode,
    Optional<String> tpmSupport,
    Optional<String> imdsSupport,
    boolean enaSupport,
    Optional<String> sriovNetSupport,
    Optional<String> kernelId,
    Optional<String> ramdiskId,
    Optional<String> uefiData) {

  /** Copies the list. */
  public Registration {
    devices = List.copyOf(devices);
  }

  /** The same with another description. */
  public Registration withDescription(Optional<String> text) {
    return Records.with(this, "description", text);
  }

  /** The same with IMDSv2 asked for or not. */
  public Registration withImdsSupport(Optional<String> support) {
    return Records.with(this, "imdsSupport", support);
  }
}

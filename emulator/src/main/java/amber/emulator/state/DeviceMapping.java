package amber.emulator.state;

import java.util.Optional;

/**
 * One device of an image: a volume, an instance store disk, or a device left out.
 *
 * @param virtualName an instance store disk, such as {@code ephemeral0}
 * @param noDevice whether the device is left out on purpose
 */
public record DeviceMapping(
    String deviceName, Optional<EbsDevice> ebs, Optional<String> virtualName, boolean noDevice) {}

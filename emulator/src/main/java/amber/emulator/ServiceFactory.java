package amber.emulator;

import amber.emulator.http.Service;
import amber.emulator.state.World;
import java.io.IOException;

/** Makes a service over a world, when the emulator starts. */
@FunctionalInterface
interface ServiceFactory {

  /** Makes it. A service that is {@link AutoCloseable} is closed before the world is. */
  Service open(World world, EmulatorOptions options) throws IOException;
}

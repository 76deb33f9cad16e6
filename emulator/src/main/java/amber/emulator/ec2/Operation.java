package amber.emulator.ec2;

import java.io.IOException;

/** One operation of EC2. */
@FunctionalInterface
interface Operation {

  /** Does what is asked for and writes the answer's elements. */
  void run(Call call) throws IOException;
}

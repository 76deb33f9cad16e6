package amber.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All targets in one: the first byte of an input says which of them gets the others. */
final class AnyTarget implements FuzzTarget {

  /** Its name, beside those of the targets that it consists of. */
  static final String NAME = "any";

  private final List<FuzzTarget> targets;

  AnyTarget() throws IOException {
    targets = List.copyOf(FuzzTargets.all().values());
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (int number = 0; number < targets.size(); number++) {
      for (byte[] seed : targets.get(number).seeds()) {
        seeds.add(input(number, seed));
      }
    }
    return seeds;
  }

  /** What makes this target hand {@code input} to the target with this number. */
  static byte[] input(int number, byte[] input) {
    byte[] numbered = new byte[input.length + 1];
    numbered[0] = (byte) number;
    System.arraycopy(input, 0, numbered, 1, input.length);
    return numbered;
  }

  @Override
  public void run(byte[] input) throws Exception {
    if (input.length > 0) {
      FuzzTarget target = targets.get((input[0] & 0xFF) % targets.size());
      target.run(Arrays.copyOfRange(input, 1, input.length));
    }
  }
}

package amber.fuzz;

import amber.fixture.Vectors;
import amber.fixture.Vectors.Vector;
import java.io.IOException;
import java.util.List;

/** A whole archive as it is. Digests that do not match anything any more end most inputs early. */
final class ArchiveTarget implements FuzzTarget {

  private static final int LONGEST_SEED = 8 << 10;

  @Override
  public List<byte[]> seeds() throws IOException {
    return Vectors.all().values().stream()
        .map(Vector::bytes)
        .filter(bytes -> bytes.length <= LONGEST_SEED)
        .toList();
  }

  @Override
  public void run(byte[] input) throws Exception {
    ArchiveOracle.check(input);
  }
}

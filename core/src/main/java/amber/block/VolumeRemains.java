package amber.block;

import java.util.Optional;
import java.util.Set;

/**
 * What an earlier run noted of a volume.
 *
 * @param token the last that {@link BlockLog#begun} or {@link BlockLog#named} was told
 * @param receipt what {@link BlockLog#committing} was told, if it was
 * @param filled all that {@link BlockLog#filled} was told
 */
public record VolumeRemains(String token, Optional<String> receipt, Set<Integer> filled) {

  /** Copies the set. */
  public VolumeRemains {
    filled = Set.copyOf(filled);
  }

  /** Of a volume into which the sink put nothing of its own. */
  public VolumeRemains(String token, Optional<String> receipt) {
    this(token, receipt, Set.of());
  }
}

package amber.ec2;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What new snapshots will be like.
 *
 * @param encryption what the account does unasked
 * @param limits what the account may do
 * @param noisyHoles the volumes in which blocks that were never written, and read as zeros so far,
 *     will read as noise if there are any: their snapshots will be encrypted, and where they come
 *     from was not
 */
public record UnpackOutlook(
    TargetEncryption encryption, AccountLimits limits, SortedSet<Integer> noisyHoles) {

  /** Copies the set. */
  public UnpackOutlook {
    noisyHoles = new TreeSet<>(noisyHoles);
  }
}

package amber.ec2;

import java.util.List;

/**
 * An image of which was found out that it can be packed.
 *
 * @param ami what EC2 says of it
 * @param volumes its snapshots by the volume's number, opened; to be closed by who got them
 */
public record PackableImage(Ami ami, List<SnapshotBlocks> volumes) {

  /** Keeps the list from being changed. */
  public PackableImage {
    volumes = List.copyOf(volumes);
  }
}

package amber.ec2;

import amber.image.Image;
import java.util.List;

/**
 * An image as EC2 has it.
 *
 * @param image what it is; its attribute {@code ec2} has what only EC2 knows of
 * @param snapshotIds the snapshot behind each volume, by number
 * @param notRestorable what EC2 will not let anybody set on another image, and who reads an archive
 *     should know
 */
public record Ami(Image image, List<String> snapshotIds, List<String> notRestorable) {

  /** Copies the lists. */
  public Ami {
    snapshotIds = List.copyOf(snapshotIds);
    notRestorable = List.copyOf(notRestorable);
  }
}

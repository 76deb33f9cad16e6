package amber.ec2;

import java.util.List;

/**
 * An image that was registered.
 *
 * @param imageId its new id
 * @param differences what EC2 shows of it that is not as the archive has it, in words
 */
public record RegisteredImage(String imageId, List<String> differences) {

  /** Copies the list. */
  public RegisteredImage {
    differences = List.copyOf(differences);
  }
}

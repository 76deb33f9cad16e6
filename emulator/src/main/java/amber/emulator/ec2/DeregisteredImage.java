package amber.emulator.ec2;

import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import java.io.IOException;
import java.time.Instant;

/** What is left of an image that was deregistered and that no Recycle Bin keeps. */
record DeregisteredImage(String id, String ownerId, String name, Instant deregisteredAt) {

  static Shelf<DeregisteredImage> shelf(Region region) throws IOException {
    return region.shelf("deregistered", DeregisteredImage.class, DeregisteredImage::id);
  }
}

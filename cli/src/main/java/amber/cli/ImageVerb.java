package amber.cli;

import amber.ec2.Ec2Connection;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageSummary;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Something that is done to AMIs. */
interface ImageVerb {

  /** As the command line has it. */
  String name();

  /** Whether it matters what is around an AMI; if not, nobody asks. */
  boolean looksAround();

  /** Whether it deregisters AMIs, which the Recycle Bin may keep. */
  default boolean deregisters() {
    return false;
  }

  /** Why there is nothing to do, if there is not; such as {@code is disabled already}. */
  Optional<String> isDone(ImageSummary image);

  /** Why it is not done, if it is not: EC2 would refuse it, or it needs a further option. */
  Optional<RefusedException> isRefused(ImageOutlook image);

  /** What it will mean, in words. */
  List<String> means(ImageOutlook image);

  /** Asks EC2 whether it is allowed. */
  void tryOut(Ec2Connection aws, ImageSummary image) throws IOException;

  /** Does it. */
  ImageEffect act(Ec2Connection aws, ImageSummary image) throws IOException;
}

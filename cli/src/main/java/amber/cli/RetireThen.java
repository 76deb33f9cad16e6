package amber.cli;

import amber.ec2.ImageChange;
import amber.ec2.ImageSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What becomes of an AMI whose archive is proved. */
enum RetireThen {
  /** It stays as it is. */
  NOTHING,
  /** Others stop seeing it in lists. */
  DEPRECATE,
  /** Nobody can launch it. */
  DISABLE,
  /** It goes, and its snapshots stay. */
  DEREGISTER,
  /** It goes, and its snapshots go. */
  DEREGISTER_WITH_SNAPSHOTS;

  /** EC2 refuses what is past, and rounds to the minute. */
  private static final Duration SOON = ImageChange.MINUTE.multipliedBy(2);

  /** How it is done, if anything is. */
  Optional<ImageVerb> verb(boolean allowReferences) {
    return switch (this) {
      case NOTHING -> Optional.empty();
      case DEPRECATE -> Optional.of(new ImageChangeVerb.Deprecating(Instant.now().plus(SOON)));
      case DISABLE -> Optional.of(new ImageChangeVerb.Disabling(allowReferences));
      case DEREGISTER -> Optional.of(new ImageDeregisterVerb(false, allowReferences));
      case DEREGISTER_WITH_SNAPSHOTS -> Optional.of(new ImageDeregisterVerb(true, allowReferences));
    };
  }

  /** Why there is nothing to do, if there is not. What is deprecated sooner stays so. */
  static Optional<String> done(ImageVerb verb, ImageSummary image) {
    boolean deprecated =
        verb instanceof ImageChangeVerb.Deprecating && image.isDeprecated(Instant.now().plus(SOON));
    return deprecated ? Optional.of("is deprecated already") : verb.isDone(image);
  }

  boolean deregisters() {
    return this == DEREGISTER || this == DEREGISTER_WITH_SNAPSHOTS;
  }

  /** As the command line has it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String all() {
    return Arrays.stream(values()).map(RetireThen::text).collect(Collectors.joining(", "));
  }
}

package amber.cli;

import amber.ec2.Ec2Connection;
import amber.ec2.ImageChange;
import amber.ec2.ImageLife;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageSummary;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done to an AMI by one request of EC2 that can be taken back by another. */
abstract class ImageChangeVerb implements ImageVerb {

  private final String name;
  private final ImageChange change;
  private final String already;
  private final String done;

  /**
   * A verb.
   *
   * @param already what is said of an AMI that is so already
   * @param done what is said of one that it was done to
   */
  private ImageChangeVerb(String name, ImageChange change, String already, String done) {
    this.name = name;
    this.change = change;
    this.already = already;
    this.done = done;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public boolean looksAround() {
    return true;
  }

  @Override
  public Optional<String> isDone(ImageSummary image) {
    return change.isDone(image) ? Optional.of(already) : Optional.empty();
  }

  @Override
  public Optional<RefusedException> isRefused(ImageOutlook image) {
    return Optional.empty();
  }

  @Override
  public final void tryOut(Ec2Connection aws, ImageSummary image) throws IOException {
    new ImageLife(aws).tryOut(image.id(), change);
  }

  @Override
  public ImageEffect act(Ec2Connection aws, ImageSummary image) throws IOException {
    new ImageLife(aws).change(image.id(), change);
    return ImageEffect.well(done);
  }

  /** {@code deprecate}. */
  static final class Deprecating extends ImageChangeVerb {

    private static final int YEARS_OF_PUBLIC = 2;

    private final Instant at;

    Deprecating(Instant at) {
      super(
          "deprecate",
          new ImageChange.Deprecate(at),
          "is deprecated from then on already",
          "deprecated from %s on, to the minute".formatted(at));
      this.at = at;
    }

    @Override
    public Optional<RefusedException> isRefused(ImageOutlook image) {
      Optional<Instant> latest =
          image
              .image()
              .createdAt()
              .filter(time -> image.image().isPublic())
              .map(time -> time.atOffset(ZoneOffset.UTC).plusYears(YEARS_OF_PUBLIC).toInstant());
      return latest
          .filter(at::isAfter)
          .map(
              limit ->
                  new RefusedException(
                      Outcome.USAGE,
                      "%s: is public, and should be deprecated by %s"
                          .formatted(image.image().id(), limit),
                      "give a time before that, two years behind its creation"));
    }

    @Override
    public List<String> means(ImageOutlook image) {
      List<String> lines = new ArrayList<>();
      lines.add(
          "from %s on, others do not see it in lists; who has its id goes on launching it"
              .formatted(at));
      image
          .image()
          .deprecatedAt()
          .ifPresent(before -> lines.add("that takes the place of " + before));
      List<String> others = image.sharedWith().value().orElse(List.of());
      if (!others.isEmpty()) {
        lines.add("it is shared with " + String.join(", ", others));
      }
      return lines;
    }
  }

  /** {@code undeprecate}. */
  static final class Undeprecating extends ImageChangeVerb {

    Undeprecating() {
      super(
          "undeprecate",
          new ImageChange.Undeprecate(),
          "is not deprecated, nor will be",
          "not deprecated any more");
    }

    @Override
    public boolean looksAround() {
      return false;
    }

    @Override
    public List<String> means(ImageOutlook image) {
      return List.of("those it is shared with see it in lists again");
    }
  }

  /** {@code disable}. */
  static final class Disabling extends ImageChangeVerb {

    private final boolean allowReferences;

    Disabling(boolean allowReferences) {
      super(
          "disable",
          new ImageChange.Disable(),
          "is disabled already",
          "disabled: nobody can launch it, and it is shared with nobody");
      this.allowReferences = allowReferences;
    }

    @Override
    public Optional<RefusedException> isRefused(ImageOutlook image) {
      return ImageMeaning.refuseIfLaunched(image, allowReferences);
    }

    @Override
    public List<String> means(ImageOutlook image) {
      List<String> lines = new ArrayList<>();
      lines.add(
          "nobody can launch it, lists leave it out, and its snapshots stay; amber image enable"
              + " takes that back, but not the sharing");
      lines.add(ImageMeaning.access(image));
      lines.addAll(ImageMeaning.references(image));
      return lines;
    }
  }

  /** {@code enable}. */
  static final class Enabling extends ImageChangeVerb {

    Enabling() {
      super(
          "enable",
          new ImageChange.Enable(),
          "is available already",
          "available again, to its owner only");
    }

    @Override
    public Optional<RefusedException> isRefused(ImageOutlook image) {
      return image
          .archived()
          .map(
              snapshot ->
                  new RefusedException(
                      Outcome.FAILED,
                      "%s: its snapshot %s is in the archive tier, should be restored for good"
                          .formatted(image.image().id(), snapshot.id()),
                      "restore it: aws ec2 restore-snapshot-tier --permanent-restore"
                          + " --snapshot-id "
                          + snapshot.id()));
    }

    @Override
    public List<String> means(ImageOutlook image) {
      return List.of(
          "its owner can launch it again; with whom it was shared before does not come back");
    }
  }

  /** {@code protect}. */
  static final class Protecting extends ImageChangeVerb {

    private final boolean cooldown;

    Protecting(boolean cooldown) {
      super(
          "protect",
          new ImageChange.Protect(cooldown),
          "is protected so already",
          "protected from being deregistered"
              + (cooldown ? ", and for 24 hours after that is taken off" : ""));
      this.cooldown = cooldown;
    }

    @Override
    public boolean looksAround() {
      return false;
    }

    @Override
    public List<String> means(ImageOutlook image) {
      return List.of(
          cooldown
              ? "it cannot be deregistered, nor for 24 hours after the protection is taken off"
              : "it cannot be deregistered until the protection is taken off");
    }
  }

  /** {@code unprotect}. */
  static final class Unprotecting extends ImageChangeVerb {

    Unprotecting() {
      super(
          "unprotect",
          new ImageChange.Unprotect(),
          "is not protected, as far as EC2 shows",
          "not protected any more");
    }

    @Override
    public boolean looksAround() {
      return false;
    }

    @Override
    public List<String> means(ImageOutlook image) {
      return List.of(
          image.image().hasCooldown()
              ? "it can be deregistered in 24 hours, and not before: its protection has a cool-down"
              : "it can be deregistered");
    }

    @Override
    public ImageEffect act(Ec2Connection aws, ImageSummary image) throws IOException {
      ImageEffect effect = super.act(aws, image);
      return image.hasCooldown()
          ? ImageEffect.well("not protected any more in 24 hours, and until then it is")
          : effect;
    }
  }
}

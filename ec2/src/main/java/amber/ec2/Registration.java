package amber.ec2;

import amber.work.Grace;
import amber.work.LeftBehindException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;

/**
 * One image on its way into EC2. RegisterImage knows no client token: whether a request whose
 * answer was lost has worked is to be seen by the image's name and by its snapshots, which are new.
 */
final class Registration {

  private final Ec2Connection aws;
  private final String name;
  private final Set<String> snapshotIds;

  /**
   * A registration.
   *
   * @param snapshotIds those of the image, which no other image has
   */
  Registration(Ec2Connection aws, String name, Collection<String> snapshotIds) {
    this.aws = aws;
    this.name = name;
    this.snapshotIds = Set.copyOf(snapshotIds);
  }

  /**
   * Registers the image; if that fails, there is none.
   *
   * @return its id
   */
  String run(RegisterImageRequest request) throws IOException {
    try {
      return aws.calls().retry().call((number, limit) -> attempt(request, number == 1));
    } catch (IOException e) {
      if (!mayHaveWorked(e)) {
        throw e;
      }
      return found(e);
    }
  }

  /**
   * Registers the image, or finds it if an earlier run did. If nobody knows whether this worked, a
   * later run finds out.
   *
   * @return its id
   */
  String run(RegisterImageRequest request, RegistrationLog log) throws IOException {
    boolean first = !log.mayHaveWorked();
    if (first) {
      log.registering();
    }
    boolean[] again = {!first};
    String imageId;
    try {
      imageId =
          aws.calls()
              .retry()
              .call(
                  (number, limit) -> {
                    again[0] |= number > 1;
                    return attempt(request, !again[0]);
                  });
    } catch (IOException e) {
      // Of two attempts, the one that was refused is perhaps not the one that worked.
      if (!again[0] && !mayHaveWorked(e)) {
        log.withdrawn();
      }
      throw e;
    }
    log.registered(imageId);
    return imageId;
  }

  private String attempt(RegisterImageRequest request, boolean first) throws IOException {
    try {
      return aws.await(
              "ami:" + name,
              aws.ec2().registerImage(request),
              aws.settings().blockRetry().attemptLimit())
          .imageId();
    } catch (FileAlreadyExistsException e) {
      // An earlier attempt may be what has the name now; then it will be seen before long.
      Optional<Image> holder = first ? named(aws, name) : awaitNamed();
      if (holder.filter(this::isOurs).isPresent()) {
        return holder.get().imageId();
      }
      throw exists(
          name, holder.map(Image::imageId).orElse("an image that is not to be seen just now"));
    }
  }

  private static boolean mayHaveWorked(IOException failure) {
    return failure instanceof InterruptedIOException
        || AwsErrors.is(failure, AwsException.Kind.TRANSIENT);
  }

  /** After a failure that says nothing: the image if it is there after all, else none. */
  private String found(IOException failure) throws IOException {
    // An interrupt is why we are here, perhaps; what was made is to be found all the same.
    boolean interrupted = Thread.interrupted();
    try {
      Optional<Image> ours = awaitNamed().filter(this::isOurs);
      if (ours.isEmpty()) {
        throw failure;
      }
      if (!interrupted) {
        return ours.get().imageId();
      }
      withdraw(ours.get().imageId(), failure);
      throw failure;
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
      throw failure;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for an image of the name, as long as EC2 may take to show one. */
  private Optional<Image> awaitNamed() throws IOException {
    long began = System.nanoTime();
    long limit = Grace.share(aws.settings().freshLimit()).toNanos();
    Looks looks = new Looks(aws.settings().poll());
    Optional<Image> found = named(aws, name);
    while (found.isEmpty() && System.nanoTime() - began < limit) {
      looks.pause(name);
      found = named(aws, name);
    }
    return found;
  }

  /** The image of this account and region that has a name, disabled or not. */
  static Optional<Image> named(Ec2Connection aws, String name) throws IOException {
    Filter filter = Filter.builder().name("name").values(name).build();
    String token = null;
    do {
      String from = token;
      var page =
          aws.await(
              "ami:" + name,
              () ->
                  aws.ec2()
                      .describeImages(
                          r ->
                              r.owners("self")
                                  .filters(filter)
                                  .includeDisabled(true)
                                  .includeDeprecated(true)
                                  .nextToken(from)));
      // In a filter, * and ? stand for others. One that was deregistered may be shown for a while.
      Optional<Image> found =
          page.images().stream()
              .filter(image -> name.equals(image.name()))
              .filter(image -> !"deregistered".equals(image.stateAsString()))
              .findFirst();
      if (found.isPresent()) {
        return found;
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return Optional.empty();
  }

  private boolean isOurs(Image image) {
    return isOf(image, snapshotIds);
  }

  /** Whether an image has any of some snapshots. */
  static boolean isOf(Image image, Collection<String> snapshotIds) {
    return image.blockDeviceMappings().stream()
        .map(BlockDeviceMapping::ebs)
        .filter(ebs -> ebs != null && ebs.snapshotId() != null)
        .anyMatch(ebs -> snapshotIds.contains(ebs.snapshotId()));
  }

  static FileAlreadyExistsException exists(String name, String imageId) {
    return new FileAlreadyExistsException(
        "ami:" + name, null, "is the name of " + imageId + " already, should be free");
  }

  /** Waits until the image can be used, and describes it. */
  Ami awaitAvailable(String imageId) throws IOException {
    long began = System.nanoTime();
    AmiReader reader = new AmiReader(aws);
    Looks looks = new Looks(aws.settings().poll());
    while (true) {
      String state;
      try {
        state = reader.find(imageId).stateAsString();
        if (state.equals("available")) {
          return reader.describe(imageId);
        }
      } catch (NoSuchFileException e) {
        // Whoever was shown the image may be told at the next look that there is none.
        requireInTime(imageId, began, aws.settings().freshLimit(), "not shown by EC2");
        state = "pending";
      }
      if (!state.equals("pending")) {
        throw new IOException(
            "ami:%s: registered as %s, which is %s, should be available"
                .formatted(name, imageId, state));
      }
      requireInTime(imageId, began, aws.settings().snapshotLimit(), "pending");
      looks.pause(imageId);
    }
  }

  private void requireInTime(String imageId, long began, Duration limit, String state)
      throws IOException {
    if (System.nanoTime() - began > limit.toNanos()) {
      throw new IOException(
          "ami:%s: registered as %s, which is %s after %d s, should be available"
              .formatted(name, imageId, state, limit.toSeconds()));
    }
  }

  /**
   * Takes back an image whose registration did not end well.
   *
   * @return whether that worked; if not, the failure says so
   */
  boolean withdraw(String imageId, Exception failure) {
    // An interrupt is why we are here, perhaps; what was made is removed all the same.
    boolean interrupted = Thread.interrupted();
    try {
      if (!deregister(imageId)) {
        // What has no image of this id may still have one of the name.
        Optional<Image> ours = named(aws, name).filter(this::isOurs);
        if (ours.isPresent()) {
          deregister(ours.get().imageId());
        }
      }
      return true;
    } catch (IOException e) {
      failure.addSuppressed(
          new LeftBehindException(
              "%s: cannot be deregistered, should be, by hand: %s"
                  .formatted(imageId, e.getMessage()),
              e));
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes back the image if there is one; that there is none is no failure. */
  void withdraw() throws IOException {
    Optional<Image> ours = awaitNamed().filter(this::isOurs);
    if (ours.isPresent()) {
      deregister(ours.get().imageId());
    }
  }

  private boolean deregister(String imageId) throws IOException {
    try {
      aws.await(
          imageId,
          aws.deletes().retry(true),
          () -> aws.ec2().deregisterImage(r -> r.imageId(imageId)));
      return true;
    } catch (IOException e) {
      if (!AwsErrors.isNotFound(e) && !AwsErrors.hasCode(e, "InvalidAMIID.Unavailable")) {
        throw e;
      }
      return false;
    }
  }
}

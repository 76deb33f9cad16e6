package amber.ec2;

import amber.ec2.AwsException.Kind;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;

/** Finds out whether an image can be made of new snapshots. */
final class UnpackCheck {

  // Nobody has these; EC2 tells first whether a caller may, and then whether they exist.
  private static final String NO_SNAPSHOT = "snap-0ffffffffffffffff";
  private static final String NO_IMAGE = "ami-0ffffffffffffffff";
  private static final String WOULD_WORK = "DryRunOperation";
  private static final int PAGE = 1000;

  private final Ec2Connection aws;
  private final Image image;
  private final String name;
  private final String location;
  private final IntFunction<SnapshotRequest> requests;
  private final Set<String> begun;
  private final Preflight preflight;

  /**
   * A check.
   *
   * @param begun the snapshots that an earlier run has begun for the image
   */
  UnpackCheck(
      Ec2Connection aws,
      Image image,
      String name,
      IntFunction<SnapshotRequest> requests,
      Set<String> begun,
      Preflight preflight) {
    this.aws = aws;
    this.image = image;
    this.name = name;
    this.location = name.isEmpty() ? "new image" : "ami:" + name;
    this.requests = requests;
    this.begun = begun;
    this.preflight = preflight;
  }

  /** The same, telling another preflight. */
  private UnpackCheck telling(Preflight part) {
    return new UnpackCheck(aws, image, name, requests, begun, part);
  }

  /** Makes all checks; without a name those that need none. */
  UnpackOutlook check(boolean withoutProductCodes) throws InterruptedIOException {
    AtomicReference<AccountLimits> limits = new AtomicReference<>();
    AtomicReference<TargetEncryption> encryption =
        new AtomicReference<>(new TargetEncryption(false, Optional.empty(), false));
    SortedSet<Integer> noisy = new TreeSet<>();
    preflight.together(
        List.of(
            part -> telling(part).checkRegistration(withoutProductCodes),
            part -> part.check(telling(part)::warnOfTags),
            part -> part.check(telling(part)::warnOfDeletion),
            part -> part.check(telling(part)::requireKeysHere),
            part -> limits.set(telling(part).checkLimits()),
            part -> part.check(() -> encryption.set(telling(part).checkEncryption(noisy)))));
    preflight.found(location, words(encryption.get()));
    if (!encryption.get().known()) {
      preflight.warn(
          location
              + ": whether the account encrypts new snapshots unasked may not be asked"
              + " (ec2:GetEbsEncryptionByDefault)");
    }
    return new UnpackOutlook(encryption.get(), limits.get(), noisy);
  }

  private void checkRegistration(boolean withoutProductCodes) throws InterruptedIOException {
    ImageRegistrar registrar = new ImageRegistrar(aws, withoutProductCodes);
    boolean named = !name.isEmpty() && preflight.check(() -> ImageRegistrar.requireName(name));
    if (named) {
      preflight.check(
          () -> {
            registrar.requireFree(name, begun);
            preflight.found(location, "the name is free");
          });
    }
    boolean tagged = preflight.check(() -> ImageRegistrar.requireTags(image, name));
    preflight.check(() -> registrar.requireNoProductCodes(image, name));
    int before = preflight.problems().size();
    new RegistrationRules(image, name, preflight).check();
    // An image that an earlier run has registered has the name, so that EC2 would refuse this one.
    if (named && tagged && begun.isEmpty() && preflight.problems().size() == before) {
      preflight.check(this::requireRegistration);
    }
  }

  private AccountLimits checkLimits() throws InterruptedIOException {
    AccountLimits limits = aws.limits();
    preflight.check(() -> requireRoomFor(limits));
    preflight.found(
        location,
        "%.0f blocks may be written each second, %s"
            .formatted(limits.putsPerSecond(), limits.origin()));
    return limits;
  }

  /** Looks whether what is not written would be noise, and in which volumes. */
  private TargetEncryption checkEncryption(SortedSet<Integer> noisy) throws IOException {
    TargetEncryption found = TargetEncryption.of(aws);
    for (int number = 0; number < image.volumes().size(); number++) {
      if (found.spoilsHoles(image, number, requests.apply(number))) {
        noisy.add(number);
      }
    }
    return found;
  }

  private static String words(TargetEncryption encryption) {
    if (!encryption.known()) {
      return "whether new snapshots are encrypted unasked is not known";
    }
    return "new snapshots are %s unasked%s"
        .formatted(
            encryption.byDefault() ? "encrypted" : "not encrypted",
            encryption.defaultKey().map(key -> "; the key for EBS is " + key).orElse(""));
  }

  /** RegisterImage without its effect; its snapshots are not there yet. */
  private void requireRegistration() throws IOException {
    SortedMap<Integer, String> none = new TreeMap<>();
    for (int number = 0; number < image.volumes().size(); number++) {
      none.put(number, NO_SNAPSHOT);
    }
    RegisterImageRequest request =
        RegistrationRequest.of(image, name, none).toBuilder().dryRun(true).build();
    tryOut(ec2 -> ec2.registerImage(request));
    preflight.found(location, "RegisterImage was tried without effect: it would be taken");
  }

  private void warnOfTags() throws IOException {
    Set<Map.Entry<String, String>> tags = new LinkedHashSet<>();
    for (int number = 0; number < image.volumes().size(); number++) {
      tags.addAll(requests.apply(number).tags().entrySet());
    }
    if (tags.isEmpty()) {
      return;
    }
    Map<String, String> some = new TreeMap<>();
    tags.stream().limit(Tags.MOST).forEach(tag -> some.put(tag.getKey(), tag.getValue()));
    // A policy may allow it to who makes the snapshot only, which cannot be tried out.
    warnIfDenied(
        "ec2:CreateTags is allowed",
        "tags of snapshots may not be set (ec2:CreateTags), unless that is allowed while they are"
            + " begun",
        ec2 -> ec2.createTags(r -> r.resources(NO_SNAPSHOT).tags(Tags.list(some)).dryRun(true)));
  }

  private void warnOfDeletion() throws IOException {
    try {
      tryOut(ec2 -> ec2.deleteSnapshot(r -> r.snapshotId(NO_SNAPSHOT).dryRun(true)));
      preflight.found(location, "ec2:DeleteSnapshot is allowed");
    } catch (AccessDeniedException e) {
      // A policy may allow it of snapshots that are not finished only, of which none is there yet.
      preflight.found(
          location,
          "ec2:DeleteSnapshot is denied of a snapshot without the tag %s; if it is of one with it, too,"
                  .formatted(TaskTag.NAME)
              + " those of a run that fails will stay");
    }
    warnIfDenied(
        "ec2:DeregisterImage is allowed",
        "images may not be deregistered (ec2:DeregisterImage), so that of a run that fails may stay",
        ec2 -> ec2.deregisterImage(r -> r.imageId(NO_IMAGE).dryRun(true)));
  }

  private void warnIfDenied(String allowed, String warning, Trial trial) throws IOException {
    try {
      tryOut(trial);
      preflight.found(location, allowed);
    } catch (AccessDeniedException e) {
      preflight.warn(location + ": " + warning);
    }
  }

  /** A request without its effect. */
  private interface Trial {
    CompletableFuture<?> send(Ec2AsyncClient ec2);
  }

  private void tryOut(Trial trial) throws IOException {
    Supplier<CompletableFuture<Object>> request =
        () -> trial.send(aws.ec2()).thenApply(answer -> answer);
    try {
      aws.await(location, request);
    } catch (NoSuchFileException e) {
      // Who is told that is allowed to ask.
      return;
    } catch (AwsException e) {
      boolean ofNobodys = e.getMessage().contains(NO_SNAPSHOT) || e.getMessage().contains(NO_IMAGE);
      if (!ofNobodys && !AwsErrors.hasCode(e, WOULD_WORK)) {
        throw e;
      }
    }
  }

  private void requireKeysHere() throws IOException {
    Region region = aws.settings().region();
    String partition = region.metadata() == null ? "" : region.metadata().partition().id();
    for (int number = 0; number < image.volumes().size(); number++) {
      String arn = requests.apply(number).kmsKeyArn().orElse("");
      String[] parts = arn.split(":", -1);
      boolean here =
          arn.isEmpty()
              || (parts[3].equals(region.id())
                  && (partition.isEmpty() || parts[1].equals(partition)));
      if (!here) {
        throw new InvalidImageException(
            location,
            "KMS key %s is of %s, should be of %s: keys do not leave their region"
                .formatted(arn, parts[3], region.id()));
      }
    }
  }

  private void requireRoomFor(AccountLimits limits) throws IOException {
    int pending = pending(limits.pendingSnapshots());
    int more = Math.max(0, image.volumes().size() - begun.size());
    preflight.found(
        location,
        "%d snapshots are pending, %d may be, %s"
            .formatted(pending, limits.pendingSnapshots(), limits.origin()));
    if (pending + more > limits.pendingSnapshots()) {
      throw new AwsException(
          Kind.QUOTA,
          location,
          "%d snapshots are pending, should be at most %d: with %d more there would be more than the"
                  .formatted(pending, Math.max(0, limits.pendingSnapshots() - more), more)
              + " %d that the account may have".formatted(limits.pendingSnapshots()),
          null);
    }
  }

  private int pending(int enough) throws IOException {
    Filter filter = Filter.builder().name("status").values("pending").build();
    int count = 0;
    String token = null;
    do {
      String from = token;
      var page =
          aws.await(
              location,
              () ->
                  aws.ec2()
                      .describeSnapshots(
                          r ->
                              r.ownerIds("self").filters(filter).maxResults(PAGE).nextToken(from)));
      count += page.snapshots().size();
      token = page.nextToken();
    } while (token != null && !token.isEmpty() && count < enough);
    return count;
  }
}

package amber.ec2;

import amber.block.Block;
import amber.block.BlockLog;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.VolumeRemains;
import amber.work.Grace;
import amber.work.LeftBehindException;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ec2.model.DeleteTagsRequest;

/**
 * Makes new snapshots, one for each volume.
 *
 * <p>A committed volume is a snapshot that EBS has all blocks of; {@link #awaitCompleted} waits for
 * all of them together until they can be used. Until {@link #keep}, closing deletes them: whoever
 * fails to register an image of them leaves nothing behind. Those that were begun with a log stay
 * until they are discarded.
 */
public final class SnapshotWriter implements ResumableBlockSink, Closeable {

  private static final long GIB = 1L << 30;

  private static final String CONFLICT = "ConflictException";

  // For one more request of a run that has failed already.
  private static final Duration LAST_LIMIT = Duration.ofSeconds(20);

  private final Ec2Connection aws;
  private final IntFunction<SnapshotRequest> requests;
  private final SortedMap<Integer, String> committed = new TreeMap<>();
  private final SortedMap<Integer, SnapshotSum> sums = new TreeMap<>();
  private final Set<Integer> staying = new HashSet<>();
  private boolean kept;

  /**
   * A writer.
   *
   * @param requests what each snapshot shall be, by the volume's number
   */
  public SnapshotWriter(Ec2Connection aws, IntFunction<SnapshotRequest> requests) {
    this.aws = aws;
    this.requests = requests;
  }

  /** One that begins no snapshots, and can discard those that others left. */
  public static SnapshotWriter ofNone(Ec2Connection aws) {
    return new SnapshotWriter(
        aws,
        number -> {
          throw new IllegalStateException("bug: volume %d shall not be begun".formatted(number));
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>The snapshot has whole GiB; what lies behind the volume's end is absent, or zero in the last
   * block.
   */
  @Override
  public PendingVolume begin(int number, long sizeBytes) throws IOException {
    return begin(number, sizeBytes, requests.apply(number), Optional.empty());
  }

  @Override
  public PendingVolume begin(int number, long sizeBytes, BlockLog log) throws IOException {
    return begin(number, sizeBytes, requests.apply(number), Optional.of(log));
  }

  private PendingVolume begin(
      int number, long sizeBytes, SnapshotRequest wanted, Optional<BlockLog> log)
      throws IOException {
    SnapshotToken token = SnapshotToken.of(wanted);
    if (log.isPresent()) {
      log.get().begun(token.toString());
    }
    String snapshotId = start("new snapshot for volume " + number, wanted, sizeGiB(sizeBytes));
    try {
      if (log.isPresent()) {
        log.get().named(token.named(snapshotId).toString());
      }
      return pending(
          snapshotId, number, sizeBytes, wanted.fillHoles(), log, Optional.empty(), Set.of());
    } catch (IOException e) {
      delete(snapshotId, true);
      throw e;
    }
  }

  private PendingSnapshot pending(
      String snapshotId,
      int number,
      long sizeBytes,
      boolean fillHoles,
      Optional<BlockLog> log,
      Optional<SnapshotSum> sum,
      Set<Integer> filled)
      throws IOException {
    return new PendingSnapshot(
        aws, this, snapshotId, number, sizeGiB(sizeBytes) * GIB, fillHoles, log, sum, filled);
  }

  private static long sizeGiB(long sizeBytes) {
    return (sizeBytes + GIB - 1) / GIB;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A snapshot that EBS has given up, or that is gone, is begun anew; as is one whose start was
   * noted, and of which nothing is to be seen.
   */
  @Override
  public Resumed resume(int number, long sizeBytes, VolumeRemains remains, BlockLog log)
      throws IOException {
    SnapshotRemains left = SnapshotRemains.of(aws, remains);
    SnapshotRequest wanted = requests.apply(number);
    Optional<String> usable = left.usable();
    if (usable.isPresent()) {
      String snapshotId = usable.get();
      if (left.token().snapshotId().isEmpty()) {
        log.named(left.token().named(snapshotId).toString());
      }
      PendingVolume volume =
          pending(
              snapshotId,
              number,
              sizeBytes,
              wanted.fillHoles(),
              Optional.of(log),
              left.sum(),
              remains.filled());
      return new Resumed(volume, left.sum().isPresent() ? Kept.ALL : Kept.BLOCKS);
    }
    PendingVolume anew =
        left.snapshotIds().isEmpty()
            ? beginOnce(number, sizeBytes, wanted, left.token(), log)
            : beginInPlace(number, sizeBytes, wanted, left, log);
    return new Resumed(anew, Kept.NOTHING);
  }

  /** Begins what was perhaps begun before, and is not to be seen yet: with its token it is one. */
  private PendingVolume beginOnce(
      int number, long sizeBytes, SnapshotRequest wanted, SnapshotToken token, BlockLog log)
      throws IOException {
    try {
      SnapshotRequest same = wanted.withClientToken(token.clientToken());
      return begin(number, sizeBytes, same, Optional.of(log));
    } catch (AwsException e) {
      if (!AwsErrors.hasCode(e, CONFLICT)) {
        throw e;
      }
      // Of another request, so that it is not what was begun.
      return begin(number, sizeBytes, log);
    }
  }

  private PendingVolume beginInPlace(
      int number, long sizeBytes, SnapshotRequest wanted, SnapshotRemains left, BlockLog log)
      throws IOException {
    delete(left);
    return begin(number, sizeBytes, wanted, Optional.of(log));
  }

  @Override
  public void discard(int number, VolumeRemains remains) throws IOException {
    delete(SnapshotRemains.of(aws, remains));
  }

  /** The client tokens with which an earlier run began its snapshots, as far as it noted them. */
  public static Set<String> clientTokens(Collection<VolumeRemains> noted) throws IOException {
    Set<String> tokens = new HashSet<>();
    for (VolumeRemains each : noted) {
      tokens.add(SnapshotToken.read(each.token()).clientToken());
    }
    return tokens;
  }

  /** The ids of the snapshots that an earlier run noted. */
  public static Set<String> snapshotIds(Collection<VolumeRemains> noted) throws IOException {
    Set<String> ids = new HashSet<>();
    for (VolumeRemains each : noted) {
      SnapshotToken.read(each.token()).snapshotId().ifPresent(ids::add);
    }
    return ids;
  }

  private void delete(SnapshotRemains left) throws IOException {
    for (String snapshotId : left.snapshotIds()) {
      delete(snapshotId, false);
    }
  }

  /** Starts a snapshot, and returns its id. */
  private String start(String where, SnapshotRequest wanted, long sizeGiB) throws IOException {
    StartSnapshotResponse started = start(where, request(wanted, sizeGiB));
    if (started.blockSize() == null || started.blockSize() != Block.SIZE) {
      delete(started.snapshotId(), true);
      throw new IOException(
          "%s: blocks of %s bytes, should be %d"
              .formatted(started.snapshotId(), started.blockSize(), Block.SIZE));
    }
    return started.snapshotId();
  }

  private StartSnapshotResponse start(String where, StartSnapshotRequest request)
      throws IOException {
    try {
      return aws.starts()
          .retry()
          .call(
              (attempt, limit) -> {
                aws.starts().pace().await();
                return aws.await(where, aws.ebs().startSnapshot(request), limit);
              });
    } catch (IOException e) {
      if (e instanceof InterruptedIOException || AwsErrors.is(e, AwsException.Kind.TRANSIENT)) {
        abandon(where, request, e);
      }
      throw e;
    }
  }

  /** Deletes what may have been begun although no answer came: by its token it tells its id. */
  private void abandon(String where, StartSnapshotRequest request, IOException failure) {
    boolean interrupted = Thread.interrupted();
    try {
      StartSnapshotResponse begun =
          aws.await(where, aws.ebs().startSnapshot(request), Grace.share(LAST_LIMIT));
      delete(begun.snapshotId(), true);
    } catch (IOException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static StartSnapshotRequest request(SnapshotRequest wanted, long sizeGiB) {
    StartSnapshotRequest.Builder request =
        StartSnapshotRequest.builder()
            .volumeSize(sizeGiB)
            .clientToken(wanted.clientToken())
            .timeout(wanted.timeoutMinutes())
            .description(wanted.description().orElse(null));
    // Encrypted is never sent as false: an account that encrypts by default would refuse it.
    if (wanted.encrypted()) {
      request.encrypted(true).kmsKeyArn(wanted.kmsKeyArn().orElse(null));
    }
    if (!wanted.tags().isEmpty()) {
      request.tags(
          wanted.tags().entrySet().stream()
              .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
              .toList());
    }
    return request.build();
  }

  /**
   * One volume is done.
   *
   * @param sum with what it was completed
   * @param stays whether it does if nobody says that it is wanted
   */
  synchronized void committed(int number, String snapshotId, SnapshotSum sum, boolean stays) {
    committed.put(number, snapshotId);
    sums.put(number, sum);
    if (stays) {
      staying.add(number);
    }
  }

  /** The ids of the committed snapshots, by the volumes' numbers. */
  public synchronized SortedMap<Integer, String> snapshotIds() {
    return new TreeMap<>(committed);
  }

  /**
   * The SHA-256 over the digests of all blocks that a committed snapshot was given: zeros where
   * nothing was are among them if holes were filled.
   */
  public synchronized byte[] linearDigest(int number) {
    return Base64.getDecoder().decode(sums.get(number).linear());
  }

  /** Waits until all committed snapshots can be used. */
  public void awaitCompleted() throws IOException {
    Traffic.UnderWay waiting = aws.traffic().waiting();
    try {
      new CompletionWait(aws).await(List.copyOf(snapshotIds().values()));
    } finally {
      waiting.close();
    }
  }

  /** Says that the committed snapshots are wanted; closing no longer deletes them. */
  public synchronized void keep() {
    kept = true;
  }

  /**
   * Takes the tag off the committed snapshots that says that they are being made.
   *
   * @throws IOException if they keep it, which is their only fault
   */
  public void untag() throws IOException {
    List<String> snapshotIds = List.copyOf(snapshotIds().values());
    DeleteTagsRequest request =
        DeleteTagsRequest.builder().resources(snapshotIds).tags(TaskTag.ANY).build();
    aws.await(String.join(", ", snapshotIds), () -> aws.ec2().deleteTags(request));
  }

  /** Deletes a snapshot that nobody wants; that it is gone already is no failure. */
  void delete(String snapshotId, boolean fresh) throws IOException {
    try {
      aws.await(
          snapshotId,
          aws.deletes().retry(fresh),
          () -> aws.ec2().deleteSnapshot(r -> r.snapshotId(snapshotId)));
    } catch (java.nio.file.NoSuchFileException e) {
      // Gone, which is what was wanted.
      return;
    } catch (IOException e) {
      throw new LeftBehindException(
          "%s: cannot be deleted, should be, by hand: %s".formatted(snapshotId, e.getMessage()), e);
    }
  }

  /** Deletes the committed snapshots, unless they are to be kept or were begun with a log. */
  @Override
  public void close() throws IOException {
    SortedMap<Integer, String> unwanted = snapshotIds();
    unwanted.keySet().removeIf(number -> kept || staying.contains(number));
    boolean interrupted = Thread.interrupted();
    IOException failure = null;
    for (String snapshotId : unwanted.values()) {
      try {
        delete(snapshotId, false);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    synchronized (this) {
      committed.clear();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }
}

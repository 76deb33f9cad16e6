package amber.ec2;

import amber.block.Block;
import amber.block.BlockSink;
import amber.block.PendingVolume;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;

/**
 * Makes new snapshots, one for each volume.
 *
 * <p>A committed volume is a snapshot that EBS has all blocks of; {@link #awaitCompleted} waits for
 * all of them together until they can be used. Until {@link #keep}, closing deletes them: whoever
 * fails to register an image of them leaves nothing behind.
 */
public final class SnapshotWriter implements BlockSink, Closeable {

  private static final long GIB = 1L << 30;

  // For one more request of a run that has failed already.
  private static final Duration LAST_LIMIT = Duration.ofSeconds(20);

  private final Ec2Connection aws;
  private final IntFunction<SnapshotRequest> requests;
  private final SortedMap<Integer, String> committed = new TreeMap<>();
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

  /**
   * {@inheritDoc}
   *
   * <p>The snapshot has whole GiB; what lies behind the volume's end is absent, or zero in the last
   * block.
   */
  @Override
  public PendingVolume begin(int number, long sizeBytes) throws IOException {
    long sizeGiB = (sizeBytes + GIB - 1) / GIB;
    SnapshotRequest wanted = requests.apply(number);
    StartSnapshotRequest request = start(wanted, sizeGiB);
    String where = "new snapshot for volume " + number;
    StartSnapshotResponse started = start(where, request);
    if (started.blockSize() == null || started.blockSize() != Block.SIZE) {
      delete(started.snapshotId(), true);
      throw new IOException(
          "%s: blocks of %s bytes, should be %d"
              .formatted(started.snapshotId(), started.blockSize(), Block.SIZE));
    }
    try {
      return new PendingSnapshot(
          aws, this, started.snapshotId(), number, sizeGiB * GIB, wanted.fillHoles());
    } catch (IOException e) {
      delete(started.snapshotId(), true);
      throw e;
    }
  }

  private StartSnapshotResponse start(String where, StartSnapshotRequest request)
      throws IOException {
    try {
      return aws.starts()
          .retry()
          .call(
              (attempt, limit) -> {
                aws.starts().pace().await();
                return Ec2Connection.await(where, aws.ebs().startSnapshot(request), limit);
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
          Ec2Connection.await(where, aws.ebs().startSnapshot(request), LAST_LIMIT);
      delete(begun.snapshotId(), true);
    } catch (IOException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static StartSnapshotRequest start(SnapshotRequest wanted, long sizeGiB) {
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

  synchronized void committed(int number, String snapshotId) {
    committed.put(number, snapshotId);
  }

  /** The ids of the committed snapshots, by the volumes' numbers. */
  public synchronized SortedMap<Integer, String> snapshotIds() {
    return new TreeMap<>(committed);
  }

  /** Waits until all committed snapshots can be used. */
  public void awaitCompleted() throws IOException {
    new CompletionWait(aws).await(List.copyOf(snapshotIds().values()));
  }

  /** Says that the committed snapshots are wanted; closing no longer deletes them. */
  public synchronized void keep() {
    kept = true;
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
      throw new IOException(
          "%s: cannot be deleted, should be, by hand: %s".formatted(snapshotId, e.getMessage()), e);
    }
  }

  /** Deletes the committed snapshots, unless they are to be kept. */
  @Override
  public void close() throws IOException {
    Map<Integer, String> unwanted = kept ? Map.of() : snapshotIds();
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

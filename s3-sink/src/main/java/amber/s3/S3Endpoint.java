package amber.s3;

import amber.store.ArchiveBound;
import amber.store.ArchiveSource;
import amber.store.Remains;
import amber.store.StoreLog;
import amber.work.Preflight;
import amber.work.Retry;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A connection to S3, for archives to be stored and read. Many threads may use one. */
public final class S3Endpoint implements Closeable {

  // Other stores say nothing while they put an object together.
  private static final Duration PATIENT_STILL_LIMIT = Duration.ofMinutes(10);

  private final S3Connection connection;
  private final AwsCredentialsProvider credentials;
  private final Traffic traffic;
  private final S3AsyncClient client;
  private final Requests requests;
  private S3AsyncClient patientClient;
  private FileTransfer files;

  private S3Endpoint(
      S3Connection connection,
      AwsCredentialsProvider credentials,
      S3Access access,
      RetryPolicy policy,
      Traffic traffic)
      throws IOException {
    this.connection = connection;
    this.credentials = credentials;
    this.traffic = traffic;
    this.client = connection.open(credentials, traffic.stillLimit());
    this.requests = new Requests(client, this::patientClient, access, policy, traffic);
  }

  /** Connects as the environment and the profile say. */
  public static S3Endpoint connect(S3Connection connection, S3Access access, RetryPolicy policy)
      throws IOException {
    return connect(connection, connection.credentials(), access, policy);
  }

  /** Connects with these credentials. */
  public static S3Endpoint connect(
      S3Connection connection,
      AwsCredentialsProvider credentials,
      S3Access access,
      RetryPolicy policy)
      throws IOException {
    return connect(connection, credentials, access, policy, new Traffic());
  }

  /** Connects with these credentials. The traffic hears of all that is asked. */
  public static S3Endpoint connect(
      S3Connection connection,
      AwsCredentialsProvider credentials,
      S3Access access,
      RetryPolicy policy,
      Traffic traffic)
      throws IOException {
    return new S3Endpoint(connection, credentials, access, policy, traffic);
  }

  /** For requests over which a store works for long, if it may say nothing meanwhile. */
  private synchronized S3AsyncClient patientClient() throws IOException {
    if (connection.endpoint().isEmpty()) {
      return client;
    }
    if (patientClient == null) {
      Duration usual = traffic.stillLimit();
      patientClient =
          connection.open(
              credentials, usual.compareTo(PATIENT_STILL_LIMIT) > 0 ? usual : PATIENT_STILL_LIMIT);
    }
    return patientClient;
  }

  /** A sink that stores archives there. */
  public S3Store store(S3Settings settings) {
    return store(settings, warning -> {});
  }

  /**
   * A sink that stores archives there.
   *
   * @param warnings told what could go wrong before an archive is stored
   */
  public S3Store store(S3Settings settings, Consumer<String> warnings) {
    return new S3Store(requests, settings, warnings);
  }

  /**
   * Opens an archive to read.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws FrozenArchiveException if it must be thawed first
   */
  public ArchiveSource open(S3Location location) throws IOException {
    return S3ArchiveSource.open(requests, location);
  }

  /** Opens an object to read, in the version that was looked up. */
  public ArchiveSource open(S3Object object) throws IOException {
    return S3ArchiveSource.open(requests, object);
  }

  /** What can be known of a stored archive without reading it, and its thawing. */
  public S3Object object(S3Location location) throws IOException {
    return S3Object.find(requests, location);
  }

  /**
   * Lists objects.
   *
   * @param prefix a bucket, and how their keys begin
   * @param after a key; those up to it are left out
   */
  public S3Listing list(S3Location prefix, Optional<String> after) {
    return new S3Listing(requests, prefix, after);
  }

  /** An object that is to be copied: with its checksum, if S3 keeps one of the whole. */
  public S3Object toCopy(S3Location location) throws IOException {
    return S3Object.findToCopy(requests, location);
  }

  /**
   * Has S3 copy an object by itself, to a bucket of this endpoint; the source may be in another
   * region of its partition.
   *
   * @param copied told of bytes that are copied
   */
  public void copy(S3Object source, S3Location target, S3Settings settings, LongConsumer copied)
      throws IOException {
    new ServerSideCopy(
            requests, source, target, settings, copied, Optional.empty(), Optional.empty())
        .run();
    confirmChecksum(target, source.checksum());
  }

  /**
   * As the other, but what is copied when it fails is kept, and a later run goes on with it.
   *
   * @param remains what an earlier run of the same copy left
   * @param log is told of what S3 has, as by a store
   */
  public void copy(
      S3Object source,
      S3Location target,
      S3Settings settings,
      LongConsumer copied,
      Optional<Remains> remains,
      StoreLog log)
      throws IOException {
    new ServerSideCopy(requests, source, target, settings, copied, remains, Optional.of(log)).run();
    confirmChecksum(target, source.checksum());
  }

  /**
   * Makes an object that has ends of its own, and between them bytes of another one, which S3
   * copies by itself. It is there whole, or not at all; nothing is kept for a later run.
   *
   * @param stitching one that is {@linkplain S3Stitching#isPossible possible}
   * @param copied told of bytes that are copied or sent
   */
  public void stitch(
      S3Stitching stitching, S3Location target, S3Settings settings, LongConsumer copied)
      throws IOException {
    new StitchedCopy(requests, stitching, target, settings, copied).run();
  }

  /** As the other, and nobody finds it if this run does not live to say what became of it. */
  public S3Checksum upload(Path file, S3Location target, S3Settings settings, LongConsumer copied)
      throws IOException {
    return upload(file, target, settings, copied, Optional.empty());
  }

  /**
   * Stores a file as an object, by the SDK's transfer manager.
   *
   * @param copied told of bytes that are sent
   * @param log told by what a later run finds the object, if this one does not live to
   * @return the checksum of what was stored
   */
  public S3Checksum upload(
      Path file,
      S3Location target,
      S3Settings settings,
      LongConsumer copied,
      Optional<StoreLog> log)
      throws IOException {
    S3Checksum sum = files().upload(file, target, settings, copied, log);
    confirmChecksum(target, Optional.of(sum));
    return sum;
  }

  /**
   * Fetches an object into a file, by the SDK's transfer manager, and reads the file again to
   * compare it with the object's checksum.
   *
   * @param copied told of bytes that came
   */
  public void download(S3Object source, Path file, LongConsumer copied) throws IOException {
    files().download(source, file, copied);
  }

  private synchronized FileTransfer files() throws IOException {
    if (files == null) {
      files =
          new FileTransfer(requests, connection.openForFiles(credentials, traffic.stillLimit()));
    }
    return files;
  }

  /** Compares checksums where both sides have the same kind, and the target may be looked at. */
  private void confirmChecksum(S3Location target, Optional<S3Checksum> expected)
      throws IOException {
    Optional<S3Checksum> stored;
    try {
      stored = S3Object.findToCopy(requests, target).checksum();
    } catch (AccessDeniedException e) {
      return;
    }
    if (expected.isPresent()
        && stored.filter(sum -> sum.algorithm() == expected.get().algorithm()).isPresent()
        && !stored.equals(expected)) {
      throw new IOException(
          "%s: was stored with %s, should have %s; do not use it"
              .formatted(target, stored.get(), expected.get()));
    }
  }

  /**
   * Checks whether an archive may be stored there, as far as that shows without writing.
   *
   * @param location an object's
   * @param bound what the archive will not exceed, where it is known
   */
  public void checkStore(
      Preflight preflight, S3Location location, S3Settings settings, Optional<ArchiveBound> bound)
      throws InterruptedIOException {
    checkStore(preflight, location, settings, bound, List.of());
  }

  /**
   * As the other, but an archive that is there already is in the way only if none of these runs has
   * stored it.
   *
   * @param tokens what a log was told ({@link amber.store.StoreLog#begun})
   */
  public void checkStore(
      Preflight preflight,
      S3Location location,
      S3Settings settings,
      Optional<ArchiveBound> bound,
      List<String> tokens)
      throws InterruptedIOException {
    new S3Check(requests, location, preflight).store(settings, bound, tokens);
  }

  /** Checks whether the archive there may be read, and reads a byte of it. */
  public void checkRead(Preflight preflight, S3Location location) throws InterruptedIOException {
    new S3Check(requests, location, preflight).read();
  }

  /** What was asked and asked again so far. */
  public Retry retries() {
    return requests.retry();
  }

  @Override
  public synchronized void close() {
    if (files != null) {
      files.close();
    }
    if (patientClient != null) {
      patientClient.close();
    }
    client.close();
  }
}

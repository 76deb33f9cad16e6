package amber.s3;

import amber.store.ArchiveBound;
import amber.store.ArchiveSource;
import amber.work.Preflight;
import amber.work.Retry;
import amber.work.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A connection to S3, for archives to be stored and read. Many threads may use one. */
public final class S3Endpoint implements Closeable {

  private final S3AsyncClient client;
  private final Requests requests;

  private S3Endpoint(S3AsyncClient client, S3Access access, RetryPolicy policy) {
    this.client = client;
    this.requests = new Requests(client, access, policy);
  }

  /** Connects as the environment and the profile say. */
  public static S3Endpoint connect(S3Connection connection, S3Access access, RetryPolicy policy)
      throws IOException {
    return new S3Endpoint(connection.open(), access, policy);
  }

  /** Connects with these credentials. */
  public static S3Endpoint connect(
      S3Connection connection,
      AwsCredentialsProvider credentials,
      S3Access access,
      RetryPolicy policy)
      throws IOException {
    return new S3Endpoint(connection.open(credentials), access, policy);
  }

  /** A sink that stores archives there. */
  public S3Store store(S3Settings settings) {
    return new S3Store(requests, settings);
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

  /** What can be known of a stored archive without reading it, and its thawing. */
  public S3Object object(S3Location location) throws IOException {
    return S3Object.find(requests, location);
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
    new S3Check(requests, location, preflight).store(settings, bound);
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
  public void close() {
    client.close();
  }
}

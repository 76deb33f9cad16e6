package amber.s3;

import amber.store.ResumableSink;
import amber.store.ResumableSinkContract;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The emulator refuses more of what S3 refuses. */
class EmulatorResumeTest extends ResumableSinkContract {

  private final String bucket = Cloud.bucket(Cloud.EAST);
  private S3AsyncClient client;
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    client = Cloud.client(Cloud.EAST);
    proxy = new FaultProxy(Cloud.emulator().endpoint());
    endpoint =
        S3Endpoint.connect(
            MockS3.connection(proxy.endpoint()),
            MockS3.credentials(),
            new S3Access(Optional.of(Cloud.EAST_ACCOUNT), true),
            Cloud.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
    client.close();
  }

  @Override
  protected ResumableSink sink(boolean replace) {
    return endpoint.store(S3Settings.DEFAULT.withReplace(replace));
  }

  @Override
  protected String name(String simple) {
    return "s3://" + bucket + "/" + simple;
  }

  @Override
  protected Optional<byte[]> stored(String name) {
    try {
      return Optional.of(
          client
              .getObject(
                  b -> b.bucket(bucket).key(S3Location.parse(name).key()),
                  AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray());
    } catch (CompletionException e) {
      if (e.getCause() instanceof NoSuchKeyException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  protected int things() {
    return client.listObjectsV2(b -> b.bucket(bucket)).join().contents().size()
        + client.listMultipartUploads(b -> b.bucket(bucket)).join().uploads().size();
  }

  @Override
  protected int segmentBytes() {
    return PartPlan.MIN_PART_BYTES;
  }

  @Override
  protected void awaitQuiet() {
    proxy.awaitQuiet();
  }
}

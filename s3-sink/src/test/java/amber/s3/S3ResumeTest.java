package amber.s3;

import amber.store.ResumableSink;
import amber.store.ResumableSinkContract;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class S3ResumeTest extends ResumableSinkContract {

  private final MockS3 s3 = MockS3.get();
  private final String bucket = s3.newBucket();
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(s3.endpoint());
    endpoint = MockS3.connect(proxy.endpoint(), MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  @Override
  protected ResumableSink sink(boolean replace) {
    return endpoint.store(S3Settings.DEFAULT.withReplace(replace));
  }

  @Override
  protected String name(String simple) {
    return "s3://" + bucket + "/dir/" + simple;
  }

  @Override
  protected Optional<byte[]> stored(String name) {
    return s3.bytes(S3Location.parse(name));
  }

  @Override
  protected int things() {
    return s3.objects(bucket) + s3.uploads(bucket);
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

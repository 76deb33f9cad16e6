package amber.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeAll;

/**
 * Archives in Ceph's gateway, where the machine has one. It needs a cluster, which is not started
 * here: {@value #ENDPOINT} says where it answers, and it must know a user:
 *
 * <pre>{@code radosgw-admin user create --uid test --display-name test \
 *     --access-key test --secret test}</pre>
 */
class RadosGatewayTest extends OtherServerContract {

  private static final String ENDPOINT = "AMBER_TEST_RADOSGW";

  private static MockS3 s3;

  @BeforeAll
  static void find() throws IOException {
    String endpoint = System.getenv(ENDPOINT);
    assumeTrue(
        endpoint != null || isInstalled("radosgw"), "radosgw is not installed on this machine");
    assumeTrue(
        endpoint != null, "radosgw is installed; " + ENDPOINT + " should say where it answers");
    s3 = MockS3.at(URI.create(endpoint));
  }

  @Override
  MockS3 server() {
    return s3;
  }
}

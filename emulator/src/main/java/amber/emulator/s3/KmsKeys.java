package amber.emulator.s3;

import amber.emulator.http.Header;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys of objects. S3Mock knows keys by their ids alone and takes none that it was not told of, so
 * it is told of each, gets the id, and its answers get the ARN.
 */
final class KmsKeys {

  private static final String KEY = "x-amz-server-side-encryption-aws-kms-key-id";
  private static final String ENCRYPTION = "x-amz-server-side-encryption";

  private KmsKeys() {}

  /** Refuses a key of another region or partition; tells the server of any other. */
  static void accept(Region region, S3Server server, Request request) throws IOException {
    Optional<String> key = request.header(KEY);
    if (key.isPresent()) {
      String place = "arn:" + region.partition().id() + ":kms:" + region.name() + ":";
      if (key.get().startsWith("arn:") && !key.get().startsWith(place)) {
        throw S3Failures.refused(
            400, "KMS.NotFoundException", "Invalid arn " + key.get() + " for " + region.name());
      }
      server.acceptKey("arn:aws:kms:us-east-1:111111111111:key/" + id(key.get()));
    }
  }

  static Header forwarded(Header header) {
    return header.name().equalsIgnoreCase(KEY) ? new Header(KEY, id(header.value())) : header;
  }

  /** An answer that names the key as S3 does. */
  static Response named(Region region, Response response) {
    if (!response.header(ENCRYPTION).equals(Optional.of("aws:kms"))) {
      return response;
    }
    String arn =
        response
            .header(KEY)
            .map(id -> region.arn("kms", "key/" + id))
            .orElseGet(() -> region.kmsKeyArn("aws/s3"));
    List<Header> headers = new ArrayList<>(response.headers());
    headers.removeIf(header -> header.name().equalsIgnoreCase(KEY));
    headers.add(new Header(KEY, arn));
    return new Response(response.status(), headers, response.length(), response.body());
  }

  private static String id(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}

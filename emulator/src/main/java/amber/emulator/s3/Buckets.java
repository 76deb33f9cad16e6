package amber.emulator.s3;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The buckets of one partition: in which region each is, and who may ask for it where. */
final class Buckets {

  private static final Pattern CONSTRAINT =
      Pattern.compile("<LocationConstraint[^>]*>\\s*([^<\\s]*)\\s*</LocationConstraint>");
  private static final String FIRST_REGION = "us-east-1";
  private static final int MOST_BODY_BYTES = 64 << 10;

  private final Relay relay;
  private final Map<String, String> regions = new ConcurrentHashMap<>();

  Buckets(Relay relay) {
    this.relay = relay;
  }

  /** The region of a bucket; empty when there is no such bucket. */
  Optional<String> region(URI server, String bucket) throws IOException {
    String known = regions.get(bucket);
    if (known == null) {
      Relay.Small head = relay.ask(server, "HEAD", "/" + bucket, List.of());
      known = head.headers().firstValue("x-amz-bucket-region").orElse(null);
      if (head.status() != 200 || known == null) {
        return Optional.empty();
      }
      regions.put(bucket, known);
    }
    return Optional.of(known);
  }

  /** The answer for who asks in another region than the bucket's. */
  static Response elsewhere(String bucket, String region, String requestId) {
    return S3Failures.xml(
            301,
            ("<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access"
                    + " must be addressed using the specified endpoint. Please send all future"
                    + " requests to this endpoint.</Message><Endpoint>%s.s3.%s.amazonaws.com"
                    + "</Endpoint><Bucket>%s</Bucket><RequestId>%s</RequestId></Error>")
                .formatted(bucket, region, bucket, requestId))
        .with("x-amz-bucket-region", region)
        .with("x-amz-request-id", requestId);
  }

  /** Creates a bucket, in the region of the caller. */
  Response create(URI server, Request request) throws IOException {
    byte[] body = request.body().readNBytes(MOST_BODY_BYTES);
    Matcher matcher = CONSTRAINT.matcher(new String(body, StandardCharsets.UTF_8));
    String constraint = matcher.find() ? matcher.group(1) : "";
    String here = request.scope().region();
    checkConstraint(constraint, here);
    return relay.send(server, request, request.headers(), body);
  }

  private static void checkConstraint(String constraint, String here) throws FailureException {
    if (constraint.isEmpty() && !here.equals(FIRST_REGION)) {
      throw S3Failures.refused(
          400,
          "IllegalLocationConstraintException",
          "The unspecified location constraint is incompatible for the region specific endpoint"
              + " this request was sent to.");
    }
    if (constraint.equals(FIRST_REGION)) {
      throw S3Failures.refused(
          400, "InvalidLocationConstraint", "The specified location-constraint is not valid");
    }
    if (!constraint.isEmpty() && !constraint.equals(here)) {
      throw S3Failures.refused(
          400,
          "IllegalLocationConstraintException",
          "The "
              + constraint
              + " location constraint is incompatible for the region specific endpoint this"
              + " request was sent to.");
    }
  }

  /** Forgets what is known of a bucket. */
  void forget(String bucket) {
    regions.remove(bucket);
  }
}

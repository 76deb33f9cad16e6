package amber.emulator.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credential scope of a SigV4 signature: who asks, and which service of which region. It is
 * what tells apart the services behind the one endpoint.
 *
 * @param accessKey the access key id, of which nothing is checked
 * @param date the day of the signature, such as 20260131
 * @param region the region that the client was set to
 * @param service the signing name of the service, such as {@code ebs}
 */
public record Scope(String accessKey, String date, String region, String service) {

  private static final Pattern HEADER =
      Pattern.compile("AWS4-HMAC-SHA256\\s+(?:.*,\\s*)?Credential=([^,\\s]+).*");
  private static final Pattern CREDENTIAL =
      Pattern.compile("(.+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request");

  /** The scope in an {@code Authorization} header; empty when it holds none. */
  public static Optional<Scope> ofAuthorization(String header) {
    Matcher matcher = HEADER.matcher(header);
    return matcher.matches() ? ofCredential(matcher.group(1)) : Optional.empty();
  }

  /** The scope in an {@code X-Amz-Credential} parameter, as presigned URLs carry it. */
  public static Optional<Scope> ofCredential(String credential) {
    Matcher matcher = CREDENTIAL.matcher(credential);
    return matcher.matches()
        ? Optional.of(
            new Scope(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)))
        : Optional.empty();
  }
}

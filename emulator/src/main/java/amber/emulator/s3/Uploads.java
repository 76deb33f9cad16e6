package amber.emulator.s3;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Multipart uploads where S3Mock is too kind: sizes, part numbers and uploads of another key. */
final class Uploads {

  // A list of 10,000 parts with a checksum each stays below this.
  private static final int MOST_BODY_BYTES = 8 << 20;
  private static final int MOST_PARTS = 10_000;
  private static final Pattern PART = Pattern.compile("<Part>(.*?)</Part>", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("<PartNumber>\\s*(\\d+)\\s*</PartNumber>");
  private static final Pattern SIZE = Pattern.compile("<Size>\\s*(\\d+)\\s*</Size>");
  private static final Pattern MARKER =
      Pattern.compile("<NextPartNumberMarker>\\s*(\\d+)\\s*</NextPartNumberMarker>");
  private static final Pattern UPLOAD_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Relay relay;

  Uploads(Relay relay) {
    this.relay = relay;
  }

  /**
   * Refuses ids that cannot be one, which S3Mock answers in a format that is not S3's, and all ids
   * of a request that does not see what is new: how old an upload is, is not looked up.
   */
  static void checkId(Request request) throws FailureException {
    Optional<String> id = request.target().parameter("uploadId");
    if (id.isPresent() && !(request.seesAll() && UPLOAD_ID.matcher(id.get()).matches())) {
      throw noSuchUpload();
    }
  }

  Response uploadPart(URI server, Request request) throws IOException {
    int number = partNumber(request);
    if (number < 1 || number > MOST_PARTS) {
      throw S3Failures.refused(
          400,
          "InvalidArgument",
          "Part number must be an integer between 1 and " + MOST_PARTS + ", inclusive");
    }
    Response response = relay.send(server, request, Forwarded.headers(request));
    // For an upload of another key, S3Mock takes the part and says nothing more.
    if (response.status() == 200
        && response.header("etag").isEmpty()
        && request.header("x-amz-copy-source").isEmpty()) {
      throw noSuchUpload();
    }
    return response;
  }

  Response complete(URI server, Request request) throws IOException {
    byte[] body = request.body().readNBytes(MOST_BODY_BYTES);
    Optional<String> stated = request.header("x-amz-mp-object-size");
    if (stated.isPresent()) {
      Map<Integer, Long> sizes = sizes(server, request);
      long size = 0;
      Matcher numbers = NUMBER.matcher(new String(body, StandardCharsets.UTF_8));
      while (numbers.find()) {
        size += sizes.getOrDefault(Integer.parseInt(numbers.group(1)), 0L);
      }
      // An upload that is done has no parts any more; then the size was checked before.
      if (!sizes.isEmpty() && !stated.get().strip().equals(Long.toString(size))) {
        throw S3Failures.refused(
            400,
            "InvalidRequest",
            "The provided 'x-amz-mp-object-size' header value does not match what was computed: "
                + size);
      }
    }
    Response response = relay.send(server, request, Forwarded.headers(request), body);
    if (response.status() != 200) {
      return response;
    }
    String host = request.header("Host").orElse("127.0.0.1");
    return Texts.rewritten(
        response, xml -> xml.replace("<Location>" + server, "<Location>http://" + host));
  }

  private Map<Integer, Long> sizes(URI server, Request request) throws IOException {
    Map<Integer, Long> sizes = new HashMap<>();
    String upload =
        request.target().rawPath()
            + "?uploadId="
            + request.target().parameter("uploadId").orElse("");
    Optional<String> marker = Optional.of("0");
    while (marker.isPresent()) {
      Relay.Small page =
          relay.ask(server, "GET", upload + "&part-number-marker=" + marker.get(), List.of());
      int before = sizes.size();
      Matcher parts = PART.matcher(page.text());
      while (parts.find()) {
        Matcher number = NUMBER.matcher(parts.group(1));
        Matcher size = SIZE.matcher(parts.group(1));
        if (number.find() && size.find()) {
          sizes.put(Integer.parseInt(number.group(1)), Long.parseLong(size.group(1)));
        }
      }
      Matcher next = MARKER.matcher(page.text());
      boolean more = page.text().contains("<IsTruncated>true</IsTruncated>");
      marker =
          more && sizes.size() > before && next.find()
              ? Optional.of(next.group(1))
              : Optional.empty();
    }
    return sizes;
  }

  private static int partNumber(Request request) {
    try {
      return Integer.parseInt(request.target().parameter("partNumber").orElse(""));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  static FailureException noSuchUpload() {
    return S3Failures.refused(
        404,
        "NoSuchUpload",
        "The specified multipart upload does not exist. The upload ID might be invalid, or the"
            + " multipart upload might have been aborted or completed.");
  }
}

package amber.emulator.s3;

import amber.emulator.http.Header;
import amber.emulator.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The headers of a request as S3Mock understands them. */
final class Forwarded {

  private static final String TAGGING = "x-amz-tagging";
  private static final String SDK_ALGORITHM = "x-amz-sdk-checksum-algorithm";
  private static final Set<String> CHECKSUMS =
      Set.of(
          "x-amz-checksum-crc32",
          "x-amz-checksum-crc32c",
          "x-amz-checksum-crc64nvme",
          "x-amz-checksum-sha1",
          "x-amz-checksum-sha256");

  private Forwarded() {}

  static List<Header> headers(Request request) {
    boolean checksum =
        request.headers().stream()
            .anyMatch(header -> CHECKSUMS.contains(header.name().toLowerCase(Locale.ROOT)));
    List<Header> headers = new ArrayList<>();
    for (Header header : request.headers()) {
      // Seeing this, S3Mock looks for a trailer and forgets the checksum that came in a header.
      if (!checksum || !header.name().equalsIgnoreCase(SDK_ALGORITHM)) {
        headers.add(KmsKeys.forwarded(tagging(header)));
      }
    }
    return headers;
  }

  /** S3Mock keeps tags still encoded. They are decoded when they are read, where a plus is one. */
  private static Header tagging(Header header) {
    return header.name().equalsIgnoreCase(TAGGING)
        ? new Header(header.name(), header.value().replace("+", "%20"))
        : header;
  }
}

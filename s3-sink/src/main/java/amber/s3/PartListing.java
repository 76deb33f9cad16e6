package amber.s3;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/** The parts that S3 has of an upload that is not finished. */
final class PartListing {

  private final Requests requests;
  private final S3Location location;
  private final String uploadId;

  PartListing(Requests requests, S3Location location, String uploadId) {
    this.requests = requests;
    this.location = location;
    this.uploadId = uploadId;
  }

  /** All parts by their numbers, or none if there is no such upload. */
  Optional<Map<Integer, Part>> parts() throws IOException {
    Map<Integer, Part> parts = new TreeMap<>();
    Integer marker = null;
    while (true) {
      Optional<ListPartsResponse> page = page(marker);
      if (page.isEmpty()) {
        return Optional.empty();
      }
      page.orElseThrow().parts().forEach(part -> parts.put(part.partNumber(), part));
      Integer next = page.orElseThrow().nextPartNumberMarker();
      boolean more = Boolean.TRUE.equals(page.orElseThrow().isTruncated()) && next != null;
      // A server that stands still is not asked for ever.
      if (!more || (marker != null && next <= marker)) {
        return Optional.of(parts);
      }
      marker = next;
    }
  }

  /** How many parts the first page has; 0 also if there is no such upload. */
  int count() throws IOException {
    return page(null).map(page -> page.parts().size()).orElse(0);
  }

  private Optional<ListPartsResponse> page(Integer marker) throws IOException {
    try {
      return Optional.of(
          requests.call(
              location,
              "the parts of upload %s cannot be listed".formatted(uploadId),
              () ->
                  requests
                      .client()
                      .listParts(
                          b ->
                              b.bucket(location.bucket())
                                  .key(location.key())
                                  .uploadId(uploadId)
                                  .partNumberMarker(marker)
                                  .expectedBucketOwner(requests.access().owner())
                                  .requestPayer(requests.access().payer()))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (RequestException e) {
      Leftovers.requireGone(e);
      return Optional.empty();
    }
  }
}

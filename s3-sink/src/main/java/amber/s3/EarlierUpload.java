package amber.s3;

import amber.store.Remains;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;

/** An upload that an earlier run left, by what that run noted of it. */
final class EarlierUpload {

  // A part that was noted is there, but not every server lists it at once.
  private static final int ROUNDS = 5;

  private final Requests requests;
  private final S3Location location;
  private final UploadToken token;
  private final List<StoredPart> noted;
  private Map<Integer, Part> listed = Map.of();

  private EarlierUpload(
      Requests requests, S3Location location, UploadToken token, List<StoredPart> noted) {
    this.requests = requests;
    this.location = location;
    this.token = token;
    this.noted = noted;
  }

  /**
   * Reads notes, and asks S3 nothing.
   *
   * @throws IOException if they are not of this store
   */
  static EarlierUpload of(Requests requests, S3Location location, Remains remains)
      throws IOException {
    UploadToken token = token(location, remains.token());
    List<StoredPart> noted = new ArrayList<>();
    long end = 0;
    for (Remains.Piece piece : remains.pieces()) {
      StoredPart part;
      try {
        part = StoredPart.parse(piece.receipt());
      } catch (IllegalArgumentException e) {
        throw new IOException(location + ": " + e.getMessage(), e);
      }
      end += part.bytes();
      if (part.number() != noted.size() + 1 || end != piece.end()) {
        throw new IOException(
            "%s: part %d that ends at byte %d, should be part %d that ends at byte %d"
                .formatted(location, part.number(), end, noted.size() + 1, piece.end()));
      }
      noted.add(part);
    }
    return new EarlierUpload(requests, location, token, noted);
  }

  /** Reads a token. */
  static UploadToken token(S3Location location, String text) throws IOException {
    try {
      return UploadToken.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(location + ": " + e.getMessage(), e);
    }
  }

  UploadToken token() {
    return token;
  }

  /** The first parts that were noted, as far as S3 has them as they were. */
  List<StoredPart> kept() throws IOException {
    if (noted.isEmpty() || token.uploadId().isEmpty()) {
      return List.of();
    }
    PartListing listing = new PartListing(requests, location, token.uploadId().get());
    for (int round = 1; ; round++) {
      listed = listing.parts().orElse(Map.of());
      List<StoredPart> kept = beginning();
      if (kept.size() == noted.size() || round == ROUNDS) {
        return kept;
      }
      Leftovers.pause(location, "parts are being listed");
    }
  }

  private List<StoredPart> beginning() {
    int count = 0;
    while (count < noted.size()
        && listed.containsKey(count + 1)
        && noted.get(count).is(listed.get(count + 1))) {
      count++;
    }
    return List.copyOf(noted.subList(0, count));
  }

  /** The same parts with all checksums that S3 lists of them. */
  List<CompletedPart> completed(List<StoredPart> kept) {
    return kept.stream()
        .map(
            part -> {
              Part of = listed.get(part.number());
              return CompletedPart.builder()
                  .partNumber(part.number())
                  .eTag(of.eTag())
                  .checksumCRC32C(of.checksumCRC32C())
                  .checksumCRC32(of.checksumCRC32())
                  .checksumCRC64NVME(of.checksumCRC64NVME())
                  .build();
            })
        .toList();
  }

  /** Throws away what is left of it. */
  void discard() throws IOException {
    new Leftovers(requests, location).abort(token);
  }
}

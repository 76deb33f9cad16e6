package amber.store;

import java.util.List;

/**
 * What an earlier run noted of an archive that it did not finish.
 *
 * @param token what {@link StoreLog#begun} was told last, or {@link StoreLog#beginning}
 * @param pieces what {@link StoreLog#stored} was told, in order
 */
public record Remains(String token, List<Piece> pieces) {

  /** One call of {@link StoreLog#stored}. */
  public record Piece(long end, String receipt) {}

  /** How many bytes they are. */
  public long end() {
    return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
  }

  /** Checks that the pieces follow each other. */
  public Remains {
    pieces = List.copyOf(pieces);
    long end = 0;
    for (Piece piece : pieces) {
      if (piece.end() <= end) {
        throw new IllegalArgumentException(
            "piece that ends at byte %d after byte %d".formatted(piece.end(), end));
      }
      end = piece.end();
    }
  }
}

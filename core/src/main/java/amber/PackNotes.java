package amber;

import amber.archive.ArchiveStamp;
import amber.store.Remains;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the records of a pack's journal add up to, read one after the other. */
final class PackNotes {

  private final String id;
  private final List<Remains.Piece> pieces = new ArrayList<>();
  private String fingerprint;
  private ArchiveStamp stamp;
  private String token;

  PackNotes(String id) {
    this.id = id;
  }

  void take(String type, Map<String, Object> fields) throws IOException {
    switch (type) {
      case PackJournal.PLANNED -> plan(fields);
      case PackJournal.BEGUN -> {
        token = text(fields, "token");
        pieces.clear();
      }
      case PackJournal.KEPT -> keep(number(fields, "end"), text(fields, "receipt"));
      case PackJournal.RESUMED_AT -> dropBehind(number(fields, "end"));
      default -> {
        // Of others' interest.
      }
    }
  }

  private void plan(Map<String, Object> fields) throws IOException {
    fingerprint = text(fields, "fingerprint");
    try {
      stamp =
          new ArchiveStamp(
              UUID.fromString(text(fields, "uuid")),
              Instant.parse(text(fields, "createdAt")),
              text(fields, "tool"));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("%s: its plan is damaged: %s".formatted(id, e.getMessage()), e);
    }
  }

  private void keep(long end, String receipt) throws IOException {
    long before = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    if (end <= before) {
      throw new IOException(
          "%s: notes byte %d behind byte %d, should grow".formatted(id, end, before));
    }
    pieces.add(new Remains.Piece(end, receipt));
  }

  /** What came behind was done again. */
  private void dropBehind(long end) {
    pieces.removeIf(piece -> piece.end() > end);
  }

  Optional<PackJournal.Noted> noted() {
    if (stamp == null) {
      return Optional.empty();
    }
    Optional<Remains> remains = Optional.ofNullable(token).map(known -> new Remains(known, pieces));
    return Optional.of(new PackJournal.Noted(fingerprint, stamp, remains));
  }

  static long number(Map<String, Object> fields, String name) throws IOException {
    if (fields.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw missing(name);
  }

  static byte[] bytes(Map<String, Object> fields, String name) throws IOException {
    try {
      return Base64.getDecoder().decode(text(fields, name));
    } catch (IllegalArgumentException e) {
      throw new IOException("a task's journal: '%s' is no base64".formatted(name), e);
    }
  }

  private static String text(Map<String, Object> fields, String name) throws IOException {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw missing(name);
  }

  private static IOException missing(String name) {
    return new IOException("a task's journal: a record has no '%s', should have".formatted(name));
  }
}

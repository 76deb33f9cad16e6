package amber;

import amber.store.Remains;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the records of an {@link ArchiveJournal} add up to, read one after the other. */
class ArchiveNotes {

  private final String id;
  private final List<Remains.Piece> pieces = new ArrayList<>();
  private final Map<String, String> recipe = new LinkedHashMap<>();
  private boolean isPlanned;
  private String token;

  ArchiveNotes(String id) {
    this.id = id;
  }

  void take(String type, Map<String, Object> fields) throws IOException {
    switch (type) {
      case ArchiveJournal.PLANNED -> {
        isPlanned = true;
        recipe.clear();
        if (fields.get("recipe") instanceof Map<?, ?> map) {
          map.forEach((name, value) -> recipe.put(String.valueOf(name), String.valueOf(value)));
        }
      }
      case ArchiveJournal.LEAVES, ArchiveJournal.BEGUN -> {
        token = text(fields, "token");
        pieces.clear();
      }
      case ArchiveJournal.KEPT -> keep(number(fields, "end"), text(fields, "receipt"));
      case ArchiveJournal.RESUMED_AT -> dropBehind(number(fields, "end"));
      default -> {
        // Of others' interest.
      }
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

  final String id() {
    return id;
  }

  final boolean isPlanned() {
    return isPlanned;
  }

  final Map<String, String> recipe() {
    return recipe;
  }

  final Optional<Remains> remains() {
    return Optional.ofNullable(token).map(known -> new Remains(known, pieces));
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

  static String text(Map<String, Object> fields, String name) throws IOException {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw missing(name);
  }

  private static IOException missing(String name) {
    return new IOException("a task's journal: a record has no '%s', should have".formatted(name));
  }
}

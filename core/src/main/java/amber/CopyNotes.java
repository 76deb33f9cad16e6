package amber;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the records of a copy's journal add up to, read one after the other. */
final class CopyNotes extends ArchiveNotes {

  private final Map<Long, Long> sums = new HashMap<>();

  CopyNotes(String id) {
    super(id);
  }

  @Override
  void take(String type, Map<String, Object> fields) throws IOException {
    super.take(type, fields);
    if (type.equals(ArchiveJournal.KEPT) && fields.containsKey(CopyJournal.SUM)) {
      // Of the same bytes in every run.
      sums.put(number(fields, "end"), number(fields, CopyJournal.SUM));
    }
  }

  Optional<CopyJournal.Noted> noted() {
    return isPlanned()
        ? Optional.of(new CopyJournal.Noted(recipe(), sums, remains()))
        : Optional.empty();
  }
}

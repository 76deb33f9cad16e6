package amber;

import amber.archive.ArchiveStamp;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the records of a pack's journal add up to, read one after the other. */
final class PackNotes extends ArchiveNotes {

  private byte[] manifest;
  private ArchiveStamp stamp;
  private byte[] signature;
  private byte[] envelope;

  PackNotes(String id) {
    super(id);
  }

  @Override
  void take(String type, Map<String, Object> fields) throws IOException {
    super.take(type, fields);
    if (type.equals(ArchiveJournal.PLANNED)) {
      plan(fields);
    } else if (type.equals(PackJournal.SIGNED)) {
      signature = bytes(fields, "signature");
    } else if (type.equals(PackJournal.SEALED)) {
      envelope = bytes(fields, PackJournal.ENVELOPE);
    }
  }

  private void plan(Map<String, Object> fields) throws IOException {
    manifest = bytes(fields, "manifest");
    try {
      stamp =
          new ArchiveStamp(
              UUID.fromString(text(fields, "uuid")),
              Instant.parse(text(fields, "createdAt")),
              text(fields, "tool"));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("%s: its plan is damaged: %s".formatted(id(), e.getMessage()), e);
    }
  }

  Optional<PackJournal.Noted> noted() {
    return isPlanned()
        ? Optional.of(
            new PackJournal.Noted(
                recipe(),
                manifest,
                stamp,
                remains(),
                Optional.ofNullable(signature),
                Optional.ofNullable(envelope)))
        : Optional.empty();
  }
}

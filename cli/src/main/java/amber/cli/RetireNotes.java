package amber.cli;

import amber.store.Remains;
import amber.store.StoreLog;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a run that retires an AMI came, beyond storing the archive: part of its journal. */
final class RetireNotes {

  private static final String RECORD = "retire";
  private static final String STAGE = "stage";
  private static final String PROVED = "proved";
  private static final String MOVING = "moving";
  private static final String ACTING = "acting";

  private String provedEtag;
  private String movingToken;
  private Acting acting;

  /**
   * What was about to be done to the AMI.
   *
   * @param then what, as the command line has it
   * @param ownerId the AMI's
   * @param snapshotIds the AMI's
   * @param place where the AMI is, by name: elsewhere, that it is not there says nothing
   */
  record Acting(String then, String ownerId, List<String> snapshotIds, Map<String, String> place) {}

  /** Those of a task. */
  static RetireNotes read(TaskDirectory tasks, String id) throws IOException {
    RetireNotes notes = new RetireNotes();
    tasks.read(id, notes::take);
    return notes;
  }

  private void take(String type, Map<String, Object> fields) {
    if (!type.equals(RECORD)) {
      return;
    }
    switch (String.valueOf(fields.get(STAGE))) {
      case PROVED -> provedEtag = String.valueOf(fields.get("etag"));
      case MOVING -> movingToken = String.valueOf(fields.get("token"));
      case ACTING -> {
        List<String> snapshotIds = new ArrayList<>();
        if (fields.get("snapshots") instanceof List<?> list) {
          list.forEach(each -> snapshotIds.add(String.valueOf(each)));
        }
        Map<String, String> place = new LinkedHashMap<>();
        if (fields.get("place") instanceof Map<?, ?> map) {
          map.forEach((name, value) -> place.put(String.valueOf(name), String.valueOf(value)));
        }
        acting =
            new Acting(
                String.valueOf(fields.get("then")),
                String.valueOf(fields.get("ownerId")),
                snapshotIds,
                place);
      }
      default -> {
        // Of another version.
      }
    }
  }

  /** The version of the object that was read back and found whole. */
  Optional<String> provedEtag() {
    return Optional.ofNullable(provedEtag);
  }

  /** By what the store finds the copy in another class, if one was begun. */
  Optional<Remains> moving() {
    return Optional.ofNullable(movingToken).map(token -> new Remains(token, List.of()));
  }

  /** What was about to be done to the AMI, if it came so far. */
  Optional<Acting> acting() {
    return Optional.ofNullable(acting);
  }

  static void proved(TaskJournal journal, String etag) throws IOException {
    append(journal, Map.of(STAGE, PROVED, "etag", etag));
  }

  static void acting(TaskJournal journal, Acting what) throws IOException {
    append(
        journal,
        Map.of(
            STAGE,
            ACTING,
            "then",
            what.then(),
            "ownerId",
            what.ownerId(),
            "snapshots",
            what.snapshotIds(),
            "place",
            what.place()));
  }

  /** Notes a copy into another class. */
  static StoreLog moving(TaskJournal journal) {
    return new StoreLog() {
      @Override
      public void beginning(String token) throws IOException {
        append(journal, Map.of(STAGE, MOVING, "token", token));
      }

      @Override
      public void begun(String token) throws IOException {
        beginning(token);
      }

      @Override
      public void stored(long end, String receipt) {
        // A copy that did not end is made anew.
      }
    };
  }

  private static void append(TaskJournal journal, Map<String, Object> fields) throws IOException {
    journal.append(RECORD, fields);
    journal.force();
  }
}

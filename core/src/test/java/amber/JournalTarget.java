package amber;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import amber.fuzz.ScratchDirectory;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The records of a task and its notes, as {@code amber tasks} and the runs that go on with it read
 * them. An input is the text of both files, with a line of one dash between them and without the
 * checksums of the lines, which are made right; what stands behind the last line's end is torn.
 */
public final class JournalTarget implements FuzzTarget {

  private static final String ID = "task-0123456789ab";
  private static final String BORDER = "-";

  private final Path directory = ScratchDirectory.make("journal");

  /** Makes its directory. */
  public JournalTarget() throws IOException {}

  @Override
  public List<byte[]> seeds() {
    String started =
        record(
                "started",
                "'verb':'pack','source':'a','target':'b','arguments':['pack','a'],'directory':'/'")
            .replace("}", ",\"environment\":{\"A\":\"b\"},\"version\":\"1\",\"pid\":1}");
    String packed =
        record(
                "planned",
                "'manifest':'e30=','uuid':'01234567-89ab-cdef-0123-456789abcdef',"
                    + "'createdAt':'2026-11-23T08:00:00Z','tool':'amber','recipe':{'level':'3'}")
            + record("leaves", "'token':'t'")
            + record("begun", "'token':'t'")
            + record("progress", "'doneBytes':1,'totalBytes':2")
            + record("kept", "'end':100,'receipt':'r','sum':7")
            + record("keptFor", "'minutes':60")
            + record("resumed", "'pid':2,'processStartedAt':'2026-11-23T08:00:00Z'")
            + record("resumedAt", "'end':100")
            + record("restarted", "'x':1.5")
            + record("interrupted", "'reason':'x'");
    String unpacked =
        record("planned", "'recipe':{'uuid':'3'}")
            + record("leaves", "'volume':0,'token':'t'")
            + record("named", "'volume':0,'token':'snap-1'")
            + record("checked", "'x':null")
            + record("committing", "'volume':0,'receipt':'r'")
            + record("publishing", "'as':'n'")
            + record("published", "'as':'ami-1'")
            + record("withdrawn", "'x':true")
            + record("completed", "'id':'ami-1','bytes':5")
            + record("lost", "'volume':0")
            + record("failed", "'reason':'x','left':true");
    String notes =
        BORDER
            + "\n"
            + record("segment", "'number':0,'end':100,'header':'AAAA'")
            + record("arrived", "'volume':0,'segment':3,'start':1");
    return List.of(
        (started + packed + notes).getBytes(UTF_8),
        (started + unpacked + notes).getBytes(UTF_8),
        (started + record("cancelled", "'x':[]") + "{\"type\":").getBytes(UTF_8));
  }

  private static String record(String type, String fields) {
    String json = "{'type':'%s','at':'2026-11-23T08:00:00Z',%s}".formatted(type, fields);
    return json.replace('\'', '"') + "\n";
  }

  @Override
  public void run(byte[] input) throws Exception {
    write(input);
    TaskDirectory tasks = new TaskDirectory(directory);
    // Whoever lists tasks is never kept from it by one of them.
    List<Task> before = tasks.list();
    Optional<Task> found = tasks.find("task-");
    Require.that(found.isPresent() != before.isEmpty(), "listed %s, found %s", before, found);
    List<String> notes = readAll(tasks);
    try (TaskJournal journal = tasks.open(ID)) {
      Require.that(journal.id().equals(ID), "opened %s", journal.id());
      refusable(
          () -> {
            Optional<PackJournal.Noted> noted = PackJournal.read(tasks, ID);
            if (noted.isPresent()) {
              segments(tasks, journal, noted.get());
            }
          });
      refusable(() -> UnpackJournal.goOn(tasks, journal, failure -> {}));
    }
    // Opening cuts off what is torn, and that is all it does.
    Require.that(tasks.list().equals(before), "opened and closed, it is another task");
    Require.that(readAll(tasks).equals(notes), "opened and closed, its notes are others");
  }

  private static void segments(TaskDirectory tasks, TaskJournal journal, PackJournal.Noted noted)
      throws IOException {
    ArchiveJournal.Listener listener =
        new ArchiveJournal.Listener() {
          @Override
          public void broken(IOException failure) {
            // Nothing is written here.
          }

          @Override
          public void resumedAt(long keptBytes, long notedBytes) {
            // Nothing is asked here.
          }
        };
    PackJournal pack = PackJournal.goOn(tasks, journal, noted, listener);
    pack.eachSegment(
        pack.remains().map(left -> left.end()).orElse(0L),
        (number, end, header) ->
            Require.that(number >= 0 && header.remaining() >= 0, "segment %d", number));
  }

  /** What each reader of the records and the notes makes of them. */
  private static List<String> readAll(TaskDirectory tasks) throws IOException {
    List<String> read = new ArrayList<>();
    refusable(
        () ->
            PackJournal.read(tasks, ID)
                .ifPresent(
                    noted ->
                        read.add(
                            "%s %s %s".formatted(noted.recipe(), noted.stamp(), noted.remains()))));
    refusable(() -> CopyJournal.read(tasks, ID).ifPresent(noted -> read.add(noted.toString())));
    refusable(() -> ArchiveJournal.left(tasks, ID).ifPresent(left -> read.add(left.toString())));
    refusable(
        () ->
            UnpackJournal.read(tasks, ID)
                .ifPresent(
                    noted -> {
                      read.add(noted.manifest().map(HexFormat.of()::formatHex).toString());
                      read.add(
                          "%s %s %s %s"
                              .formatted(
                                  noted.recipe(),
                                  noted.volumes(),
                                  noted.publishing(),
                                  noted.published()));
                    }));
    return read;
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** Records that contradict each other are refused, and say why in one sentence. */
  private static void refusable(Reading reading) {
    try {
      reading.run();
    } catch (IOException e) {
      Require.that(e.getClass() == IOException.class && e.getMessage() != null, "refused by %s", e);
    }
  }

  private void write(byte[] input) throws IOException {
    // Bytes as they are, one character each.
    String text = new String(input, ISO_8859_1);
    int border = ("\n" + text).indexOf("\n" + BORDER + "\n");
    String records = border < 0 ? text : text.substring(0, border);
    String notes = border < 0 ? "" : text.substring(Math.min(text.length(), border + 2));
    Files.write(directory.resolve(ID + ".journal"), lines(records));
    Files.write(directory.resolve(ID + ".notes"), lines(notes));
  }

  private static byte[] lines(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(ISO_8859_1);
    int at = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      byte[] json = Arrays.copyOfRange(bytes, at, end);
      CRC32C crc = new CRC32C();
      crc.update(json);
      out.writeBytes((HexFormat.of().toHexDigits((int) crc.getValue()) + " ").getBytes(UTF_8));
      out.writeBytes(json);
      out.write('\n');
      at = end + 1;
    }
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }
}

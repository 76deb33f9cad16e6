package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Harm;
import amber.s3.FaultProxy.Operation;
import amber.s3.S3Checksum.Algorithm;
import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.store.StoreNotes;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to an upload between the runs, and to the requests of the later ones. */
class ResumedUploadTest {

  private static final int SEGMENT = PartPlan.MIN_PART_BYTES;
  private static final int SEGMENTS = 3;
  private static final byte[] CONTENT = content();
  private static final ArchiveBound BOUND = new ArchiveBound(CONTENT.length, SEGMENTS);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @TempDir private Path directory;

  private final MockS3 s3 = MockS3.get();
  private S3Location location = new S3Location(s3.newBucket(), "a.bin");
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(s3.endpoint());
    endpoint = MockS3.connect(proxy.endpoint(), MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  private static byte[] content() {
    byte[] content = new byte[SEGMENTS * SEGMENT + 1000];
    new Random(5).nextBytes(content);
    return content;
  }

  private ResumableSink store() {
    return endpoint.store(S3Settings.DEFAULT);
  }

  private static void append(PendingArchive pending, int from, int to) throws IOException {
    for (int at = from; at < to; at += SEGMENT) {
      int size = Math.min(SEGMENT, to - at);
      pending.append(ByteBuffer.wrap(CONTENT, at, size), () -> {});
    }
  }

  private StoreNotes interrupted(ResumableSink store, int segments) throws IOException {
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = store.begin(location.toString(), BOUND, notes)) {
      append(pending, 0, segments * SEGMENT);
      notes.await((long) segments * SEGMENT);
    }
    proxy.awaitQuiet();
    return notes;
  }

  private PendingArchive resume(ResumableSink store, StoreNotes notes) throws IOException {
    Remains remains = notes.remains();
    StoreNotes later = new StoreNotes(remains);
    PendingArchive pending = store.resume(location.toString(), BOUND, remains, later);
    later.keep(pending.keptBytes());
    return pending;
  }

  private void finish(ResumableSink store, StoreNotes notes, int keptSegments) throws IOException {
    try (PendingArchive pending = resume(store, notes)) {
      assertThat(pending.keptBytes()).isEqualTo((long) keptSegments * SEGMENT);
      append(pending, 0, CONTENT.length);
      pending.commit();
    }
    assertWhole();
  }

  private void assertWhole() {
    assertThat(s3.bytes(location)).hasValue(CONTENT);
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  private static String uploadId(StoreNotes notes) {
    return UploadToken.parse(notes.token()).uploadId().orElseThrow();
  }

  @Test
  void partsThatWereOverwrittenAreSentAgain() throws IOException {
    StoreNotes notes = interrupted(store(), 3);
    byte[] other = new byte[SEGMENT];
    s3.overwritePart(location, uploadId(notes), 2, other);
    finish(store(), notes, 1);
    // The first was not sent again.
    assertThat(proxy.calls(Operation.PART)).isEqualTo(3 + 3);
  }

  @Test
  void firstPartThatWasOverwrittenMakesItBegin() throws IOException {
    StoreNotes notes = interrupted(store(), 2);
    s3.overwritePart(location, uploadId(notes), 1, new byte[SEGMENT - 1]);
    finish(store(), notes, 0);
  }

  @Test
  void uploadThatSomeoneAbortedIsBegunAnew() throws IOException {
    StoreNotes notes = interrupted(store(), 2);
    s3.abort(location, uploadId(notes));
    StoreNotes anew = new StoreNotes(notes.remains());
    try (PendingArchive pending =
        store().resume(location.toString(), BOUND, notes.remains(), anew)) {
      assertThat(pending.keptBytes()).isZero();
      append(pending, 0, CONTENT.length);
      pending.commit();
    }
    assertThat(anew.token()).isNotEqualTo(notes.token());
    assertWhole();
  }

  @Test
  void listingOfManyPagesIsReadToItsEnd() throws IOException {
    StoreNotes notes = interrupted(store(), 3);
    proxy.listParts(1);
    finish(store(), notes, 3);
    assertThat(proxy.calls(Operation.LIST_PARTS)).isEqualTo(3);
  }

  @Test
  void partsAreNotedInTheirOrderThoughTheyAreStoredInAnother() throws Exception {
    proxy.hold("partNumber=1");
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = store().begin(location.toString(), BOUND, notes)) {
      append(pending, 0, 3 * SEGMENT);
      while (s3.parts(location, uploadId(notes)).size() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(s3.parts(location, uploadId(notes))).containsExactly(2, 3);
      assertThat(notes.end()).isZero();
      proxy.letGo();
      notes.await(3L * SEGMENT);
      assertThat(notes.remains().pieces())
          .extracting(Remains.Piece::end)
          .containsExactly(1L * SEGMENT, 2L * SEGMENT, 3L * SEGMENT);
    }
    finish(store(), notes, 3);
  }

  @Test
  void closingWhileTheFirstPartIsOnItsWayLeavesNothing() throws Exception {
    proxy.hold("partNumber=1");
    StoreNotes notes = new StoreNotes();
    try (PendingArchive pending = store().begin(location.toString(), BOUND, notes)) {
      append(pending, 0, 2 * SEGMENT);
      while (s3.parts(location, uploadId(notes)).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    assertThat(notes.end()).isZero();
    assertThat(s3.uploads(location.bucket())).isZero();
    proxy.letGo();
    proxy.awaitQuiet();
  }

  @Test
  void notesThatFailLaterKeepWhatWasNoted() throws IOException {
    StoreNotes notes = new StoreNotes();
    StoreLog full =
        new StoreLog() {
          @Override
          public void begun(String token) {
            notes.begun(token);
          }

          @Override
          public void stored(long end, String receipt) throws IOException {
            if (end > SEGMENT) {
              throw new IOException("notes: disk is full");
            }
            notes.stored(end, receipt);
          }
        };
    try (PendingArchive pending = store().begin(location.toString(), BOUND, full)) {
      assertThatThrownBy(
              () -> {
                append(pending, 0, CONTENT.length);
                pending.commit();
              })
          .isInstanceOf(IOException.class)
          .hasMessage("notes: disk is full");
    }
    proxy.awaitQuiet();
    finish(store(), notes, 1);
  }

  @Test
  void commitWhoseAnswerWasLostIsFound() throws IOException {
    StoreNotes notes = interrupted(store(), 2);
    proxy.harm(
        Operation.COMPLETE,
        Harm.CUT_AFTER_EFFECT,
        n -> {
          proxy.harmForGood();
          return true;
        });
    try (PendingArchive pending = resume(store(), notes)) {
      append(pending, 0, CONTENT.length);
      assertThatThrownBy(pending::commit).isInstanceOf(UnknownCommitException.class);
    }
    try (S3Endpoint later = MockS3.connect(s3.endpoint(), MockS3.QUICK)) {
      ResumableSink store = later.store(S3Settings.DEFAULT);
      assertThat(store.committed(location.toString(), notes.remains()).orElseThrow().sizeBytes())
          .isEqualTo(CONTENT.length);
      assertThatThrownBy(() -> resume(store, notes).close())
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertWhole();
  }

  @Test
  void commitOfAnEarlierRunThatComesLateIsTheLaterRunsOwn() throws IOException {
    StoreNotes notes = new StoreNotes();
    proxy.harm(Operation.COMPLETE, Harm.ERROR_500, n -> true);
    try (PendingArchive first = store().begin(location.toString(), BOUND, notes)) {
      append(first, 0, CONTENT.length);
      assertThatThrownBy(first::commit).isInstanceOf(IOException.class);
    }
    proxy.harm(Operation.COMPLETE, Harm.ERROR_500, n -> false);
    try (PendingArchive late = resume(store(), notes);
        PendingArchive pending = resume(store(), notes)) {
      append(late, 0, CONTENT.length);
      append(pending, 0, CONTENT.length);
      assertThat(late.keptBytes()).isEqualTo(CONTENT.length);
      late.commit();
      assertThat(pending.commit().sizeBytes()).isEqualTo(CONTENT.length);
    }
    assertWhole();
  }

  @Test
  void commitThatSomeoneElseWasFasterWithIsRefused() throws IOException {
    StoreNotes notes = interrupted(store(), 3);
    try (PendingArchive pending = resume(store(), notes)) {
      append(pending, 0, CONTENT.length);
      try (PendingArchive other = store().begin(location.toString())) {
        other.append(ByteBuffer.wrap(new byte[] {1}));
        other.commit();
      }
      assertThatThrownBy(pending::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(s3.bytes(location)).hasValue(new byte[] {1});
    store().discard(location.toString(), notes.token());
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  @Test
  void objectHasTheChecksumOfAllItsBytes() throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(CONTENT);
    finish(store(), interrupted(store(), 2), 2);
    assertThat(proxy.committedChecksum())
        .isEqualTo(S3Checksum.of(S3Checksum.Algorithm.CRC32C, crc).text());
  }

  @Test
  void uploadGoesOnWithTheChecksumThatItWasBegunWith() throws IOException {
    S3Transfer with = S3Transfer.DEFAULT.withChecksum(Optional.of(Algorithm.CRC64NVME));
    ResumableSink other = endpoint.store(S3Settings.DEFAULT.withTransfer(with));
    finish(store(), interrupted(other, 2), 2);
    assertThat(proxy.committedChecksum()).isNull();
    location = new S3Location(location.bucket(), "b.bin");
    finish(other, interrupted(store(), 2), 2);
    assertThat(proxy.committedChecksum()).isNotNull();
  }

  @Test
  void uploadThatWasBegunWithoutChecksumsGoesOnWithoutThem() throws IOException {
    S3Transfer d = S3Transfer.DEFAULT;
    S3Transfer without =
        new S3Transfer(d.partsInFlight(), d.maxObjectBytes(), d.maxJoinedBytes(), false);
    ResumableSink plain = endpoint.store(S3Settings.DEFAULT.withTransfer(without));
    finish(store(), interrupted(plain, 2), 2);
    location = new S3Location(location.bucket(), "b.bin");
    finish(plain, interrupted(plain, 2), 2);
    location = new S3Location(location.bucket(), "c.bin");
    finish(plain, interrupted(store(), 2), 2);
  }

  @Test
  void joinedSegmentsAndSpooledPartsAreGoneOnWith() throws IOException {
    int segment = 1 << 20;
    ArchiveBound bound = new ArchiveBound(20L * segment, 20);
    for (long memory : List.of(64L << 20, 6L << 20)) {
      location = new S3Location(location.bucket(), "joined-" + memory);
      S3Transfer transfer =
          new S3Transfer(3, S3Transfer.LARGEST_OBJECT, memory, true)
              .withLimits(new S3PartLimits(14, 8 << 20))
              .withSpool(new S3Spool(Optional.of(directory), 40 << 20));
      ResumableSink store = endpoint.store(S3Settings.DEFAULT.withTransfer(transfer));
      StoreNotes notes = new StoreNotes();
      try (PendingArchive pending = store.begin(location.toString(), bound, notes)) {
        appendJoined(pending, 12, segment);
        notes.await(10L * segment);
      }
      proxy.awaitQuiet();
      try (PendingArchive pending =
          store.resume(location.toString(), bound, notes.remains(), notes)) {
        assertThat(pending.keptBytes()).isEqualTo(10L * segment);
        appendJoined(pending, 15, segment);
        pending.append(ByteBuffer.wrap(CONTENT, 15 * segment, CONTENT.length - 15 * segment));
        pending.commit();
      }
      assertWhole();
    }
  }

  private static void appendJoined(PendingArchive pending, int count, int segment)
      throws IOException {
    List<Integer> released = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      pending.append(ByteBuffer.wrap(CONTENT, i * segment, segment), () -> released.add(number));
    }
    assertThat(released).hasSize(count);
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR_500", "CUT", "CUT_AFTER_EFFECT", "TRUNCATED"})
  void harmOfOneCallDoesNotShow(Harm harm) throws IOException {
    int number = 0;
    do {
      number++;
      location = new S3Location(s3.newBucket(), "a.bin");
      StoreNotes notes = interrupted(store(), 2);
      proxy.harmCall(harm, number);
      finish(store(), notes, 2);
      proxy.harmCall(harm, 1);
      assertThat(store().committed(location.toString(), notes.remains())).isPresent();
    } while (proxy.allCalls() >= number);
    assertThat(number).isGreaterThan(2);
  }

  /** Notes of a run that was killed while it began its upload. */
  private static final class Asked implements StoreLog {
    private String token;

    @Override
    public void beginning(String asked) {
      token = asked;
    }

    @Override
    public void begun(String told) throws IOException {
      throw new IOException("killed");
    }

    @Override
    public void stored(long end, String receipt) {
      throw new IllegalStateException("nothing was begun");
    }
  }

  @Test
  void uploadOfWhichNoIdWasNotedIsFoundByWhatWasAsked() throws IOException {
    Asked asked = new Asked();
    PendingArchive pending = store().begin(location.toString(), BOUND, asked);
    assertThatThrownBy(() -> append(pending, 0, SEGMENT)).hasMessage("killed");
    // It is never closed, as by a process that is gone.
    assertThat(s3.uploads(location.bucket())).isEqualTo(1);
    Remains remains = new Remains(asked.token, List.of());
    assertThat(store().committed(location.toString(), remains)).isEmpty();
    StoreNotes later = new StoreNotes(remains);
    try (PendingArchive again = store().resume(location.toString(), BOUND, remains, later)) {
      assertThat(again.keptBytes()).isZero();
      assertThat(s3.uploads(location.bucket())).isZero();
      append(again, 0, CONTENT.length);
      again.commit();
    }
    assertWhole();
    pending.close();
    assertWhole();
  }

  @Test
  void archiveThatWasStoredAtOnceIsFoundByWhatWasAsked() throws IOException {
    Asked asked = new Asked();
    try (PendingArchive pending = store().begin(location.toString(), BOUND, asked)) {
      pending.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      pending.commit();
    }
    assertThat(store().committed(location.toString(), new Remains(asked.token, List.of())))
        .get()
        .extracting(StoredArchive::sizeBytes)
        .isEqualTo(3L);
  }

  @Test
  void textsOfNotesAreStrict() {
    String attempt = "01234567-89ab-cdef-0123-456789abcdef";
    UploadToken token =
        UploadToken.of(attempt, Optional.of(Algorithm.CRC64NVME), "2~an id/with.any+thing=");
    assertThat(UploadToken.parse(token.toString())).isEqualTo(token);
    UploadToken asked =
        UploadToken.intended(attempt, Optional.empty(), Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(UploadToken.parse(asked.toString())).isEqualTo(asked);
    UploadToken atOnce = UploadToken.atOnce(attempt, Optional.of(Algorithm.CRC32C));
    assertThat(UploadToken.parse(atOnce.toString())).isEqualTo(atOnce);
    assertThat(List.of(token.isOfUpload(), asked.isOfUpload(), atOnce.isOfUpload()))
        .containsExactly(true, true, false);
    assertThatThrownBy(() -> UploadToken.parse(attempt + " plain asked yesterday"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String wrong :
        List.of(
            "", attempt, attempt + " crc32c ", attempt + " md5 id", "x " + token, token + "\n")) {
      assertThatThrownBy(() -> UploadToken.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    StoredPart part =
        new StoredPart(
            10_000, 5L << 30, new S3Checksum(Algorithm.CRC32C, 0xFFFFFFFEL), "\"abc-1\"");
    assertThat(part.receipt()).isEqualTo("10000 5368709120 fffffffe \"abc-1\"");
    assertThat(StoredPart.parse(part.receipt())).isEqualTo(part);
    for (String wrong :
        List.of(
            "",
            "1 5 000000000 e",
            "0 5 00000000 e",
            "1 5 0000000 e",
            "1 5 00000000",
            "1 -5 00000000 e",
            "1 5 e")) {
      assertThatThrownBy(() -> StoredPart.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

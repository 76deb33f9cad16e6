package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.StoreNotes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Copies that S3 makes by itself, which are stopped and go on. */
class ServerSideResumeTest {

  private static final int PART = 8 << 20;
  private static final int PARTS = 6;
  private static final byte[] CONTENT = content();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final String bucket = Cloud.bucket(Cloud.EAST);
  private final S3Location source = new S3Location(bucket, "source.bin");
  private final S3Location target = new S3Location(bucket, "target.bin");
  private final S3AsyncClient east = Cloud.client(Cloud.EAST);
  private final AtomicLong copied = new AtomicLong();
  private final S3Settings settings =
      S3Settings.DEFAULT.withTransfer(S3Transfer.DEFAULT.withCopyPartBytes(PART));
  private S3Endpoint endpoint;

  @BeforeEach
  void store() throws IOException {
    endpoint = Cloud.connect(Cloud.EAST);
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(source.toString())) {
      pending.append(ByteBuffer.wrap(CONTENT), () -> {});
      pending.commit();
    }
  }

  @AfterEach
  void close() {
    endpoint.close();
    east.close();
    Cloud.emulator().faults().clear();
  }

  private static byte[] content() {
    byte[] content = new byte[PARTS * PART - 1000];
    new Random(3).nextBytes(content);
    return content;
  }

  private int uploads() {
    return east.listMultipartUploads(b -> b.bucket(bucket)).join().uploads().size();
  }

  private static long calls() {
    return Cloud.emulator().faults().calls("s3", "UploadPartCopy");
  }

  private void copy(Optional<Remains> remains, StoreNotes notes) throws IOException {
    endpoint.copy(endpoint.toCopy(source), target, settings, copied::addAndGet, remains, notes);
  }

  /** A copy of which so many parts from the first on are made, and no more. */
  private StoreNotes interrupted(int parts) {
    StoreNotes notes = new StoreNotes();
    Cloud.emulator().faults().add("s3:UploadPartCopy:after-part=%d:delay=2s".formatted(parts));
    Cloud.emulator()
        .faults()
        .add("s3:UploadPartCopy:after-part=%d:error=AccessDenied:status=403".formatted(parts));
    assertThatThrownBy(() -> copy(Optional.empty(), notes))
        .isInstanceOf(AccessDeniedException.class);
    Cloud.emulator().faults().clear();
    return notes;
  }

  private void assertWhole() throws IOException {
    byte[] stored =
        east.getObject(b -> b.bucket(bucket).key(target.key()), AsyncResponseTransformer.toBytes())
            .join()
            .asByteArray();
    assertThat(stored).isEqualTo(CONTENT);
    assertThat(endpoint.toCopy(target).checksum()).isEqualTo(endpoint.toCopy(source).checksum());
    assertThat(uploads()).isZero();
  }

  @Test
  void copyGoesOnWithThePartsThatAreThere() throws IOException {
    StoreNotes notes = interrupted(4);
    assertThat(notes.end()).isEqualTo(4L * PART);
    assertThat(uploads()).isEqualTo(1);
    long before = calls();
    copied.set(0);
    copy(Optional.of(notes.remains()), new StoreNotes(notes.remains()));
    assertThat(calls() - before).isEqualTo(PARTS - 4);
    assertThat(copied).hasValue(CONTENT.length);
    assertWhole();
  }

  @Test
  void copyWhoseUploadIsGoneBeginsAnew() throws IOException {
    StoreNotes notes = interrupted(4);
    endpoint.store(settings).discard(target.toString(), notes.token());
    assertThat(uploads()).isZero();
    copy(Optional.of(notes.remains()), new StoreNotes(notes.remains()));
    assertWhole();
  }

  @Test
  void copyThatWasMadeIsNotMadeAgain() throws IOException {
    StoreNotes notes = interrupted(4);
    StoreNotes second = new StoreNotes(notes.remains());
    copy(Optional.of(notes.remains()), second);
    long before = calls();
    copy(Optional.of(second.remains()), new StoreNotes(second.remains()));
    assertThat(calls()).isEqualTo(before);
    assertWhole();
  }

  @Test
  void copyWithoutALogLeavesNothing() {
    Cloud.emulator().faults().add("s3:UploadPartCopy:after=4:error=AccessDenied:status=403");
    assertThatThrownBy(
            () -> endpoint.copy(endpoint.toCopy(source), target, settings, copied::addAndGet))
        .isInstanceOf(AccessDeniedException.class);
    Cloud.emulator().faults().clear();
    assertThat(uploads()).isZero();
  }
}

package amber.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Notes in memory, which assert that they are made as a store should make them. */
public final class StoreNotes implements StoreLog {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final AtomicBoolean called = new AtomicBoolean();
  private final List<Remains.Piece> pieces = new ArrayList<>();
  private volatile String token;
  private volatile long end;

  /** Nothing is noted. */
  public StoreNotes() {}

  /** What was noted before, to go on with. */
  public StoreNotes(Remains remains) {
    this.token = remains.token();
    this.pieces.addAll(remains.pieces());
    this.end = end(remains);
  }

  @Override
  public void begun(String told) {
    enter();
    assertThat(told).isNotEmpty().doesNotContain("\n", "\r").isNotEqualTo(token);
    synchronized (pieces) {
      pieces.clear();
    }
    end = 0;
    token = told;
    called.set(false);
  }

  @Override
  public void stored(long newEnd, String receipt) {
    enter();
    assertThat(token).isNotNull();
    assertThat(receipt).isNotEmpty().doesNotContain("\n", "\r");
    synchronized (pieces) {
      // Also asserts that the end grows.
      pieces.add(new Remains.Piece(newEnd, receipt));
      assertThat(remains().pieces()).isNotEmpty();
    }
    end = newEnd;
    called.set(false);
  }

  private void enter() {
    assertThat(called.compareAndSet(false, true)).as("one call at a time").isTrue();
  }

  /** The token, or null. */
  public String token() {
    return token;
  }

  /** How many bytes the store was said to have. */
  public long end() {
    return end;
  }

  /** All that was noted. */
  public Remains remains() {
    synchronized (pieces) {
      return new Remains(token, pieces);
    }
  }

  /** The first of it. */
  public Remains first(int count) {
    return new Remains(token, remains().pieces().subList(0, count));
  }

  /** How many bytes the store has by these notes. */
  public static long end(Remains remains) {
    int count = remains.pieces().size();
    return count == 0 ? 0 : remains.pieces().get(count - 1).end();
  }

  /** Forgets what was noted beyond so many bytes. */
  public void keep(long bytes) {
    synchronized (pieces) {
      pieces.removeIf(piece -> piece.end() > bytes);
    }
    end = bytes;
  }

  /** Waits until the store was said to have so many bytes. */
  public void await(long bytes) {
    long began = System.nanoTime();
    while (end < bytes) {
      assertThat(System.nanoTime() - began).as("%d of %d", end, bytes).isLessThan(LIMIT_NANOS);
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package amber.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What a volume's log was told, and which blocks arrived. */
public class BlockNotes implements BlockLog {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SortedSet<Integer> arrived = new TreeSet<>();
  private String token;
  private Optional<String> receipt = Optional.empty();
  private int begun;
  private int lost;

  /** Of a run that begins. */
  public BlockNotes() {}

  /** Of a run that goes on with this. */
  public BlockNotes(BlockNotes earlier) {
    token = earlier.token;
    receipt = earlier.receipt;
    arrived.addAll(earlier.arrived());
  }

  @Override
  public synchronized void begun(String newToken) {
    requireLine(newToken);
    token = newToken;
    receipt = Optional.empty();
    arrived.clear();
    begun++;
  }

  @Override
  public synchronized void named(String newToken) {
    requireLine(newToken);
    assertThat(token).as("begun before").isNotNull();
    token = newToken;
  }

  @Override
  public synchronized void committing(String newReceipt) {
    requireLine(newReceipt);
    receipt = Optional.of(newReceipt);
  }

  @Override
  public synchronized void lost() {
    token = null;
    receipt = Optional.empty();
    arrived.clear();
    lost++;
  }

  private static void requireLine(String text) {
    assertThat(text).isNotEmpty().doesNotContain("\n", "\r");
  }

  /** To be run when a block arrives. */
  public Runnable arrival(int index) {
    return () -> {
      synchronized (this) {
        assertThat(arrived.add(index)).as("block %d arrives once", index).isTrue();
      }
    };
  }

  /** The blocks that arrived, in this run and before. */
  public synchronized SortedSet<Integer> arrived() {
    return new TreeSet<>(arrived);
  }

  /** Forgets all but some blocks. */
  public synchronized void keepOnly(SortedSet<Integer> blocks) {
    arrived.retainAll(blocks);
  }

  /** Forgets what came behind the beginning. */
  public synchronized void forgetReceipt() {
    receipt = Optional.empty();
  }

  /** How often the volume was begun. */
  public synchronized int begun() {
    return begun;
  }

  /** How often it was lost. */
  public synchronized int losses() {
    return lost;
  }

  /** All that a later run needs to know. */
  public synchronized VolumeRemains remains() {
    return new VolumeRemains(token, receipt);
  }

  /** Waits until so many blocks have arrived. */
  public void await(int count) throws InterruptedException {
    long start = System.nanoTime();
    while (arrived().size() < count) {
      assertThat(System.nanoTime() - start).as("%s arrived", arrived()).isLessThan(LIMIT_NANOS);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}

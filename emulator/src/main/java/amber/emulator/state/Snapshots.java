package amber.emulator.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A region's snapshots. What only time changes is settled whenever a snapshot is looked at: it
 * becomes completed, or is given up because nobody wrote to it for too long. Safe for many threads.
 */
public final class Snapshots implements Closeable {

  // How old the activity in the directory may become: not every block is worth a file.
  private static final Duration ACTIVITY_KEPT = Duration.ofSeconds(10);

  private final Shelf<Snapshot> shelf;
  private final Shelf<Grave> graves;
  private final Shelf<SnapshotLife> lives;
  private final Path directory;
  private final Clock clock;
  private final Map<String, BlockFile> files = new ConcurrentHashMap<>();
  private final Map<String, Instant> activity = new ConcurrentHashMap<>();

  private Snapshots(Path directory, Clock clock) throws IOException {
    this.shelf = Shelf.open(directory, Snapshot.class, Snapshot::id);
    this.graves = Shelf.open(directory.resolve("deleted"), Grave.class, Grave::id);
    this.lives = Shelf.open(directory.resolve("lives"), SnapshotLife.class, SnapshotLife::id);
    this.directory = directory;
    this.clock = clock;
  }

  /** A snapshot that is gone while a child still needs its blocks. */
  record Grave(String id, Optional<String> parentId) {}

  static Snapshots open(Path directory, Clock clock) throws IOException {
    return new Snapshots(directory, clock);
  }

  /** The snapshot of this id, as it is now. */
  public Optional<Snapshot> find(String id) throws IOException {
    Optional<Snapshot> found = shelf.find(id);
    return found.isPresent() ? settle(found.get()) : found;
  }

  /** All snapshots as they are now, in the order of their ids. */
  public List<Snapshot> all() throws IOException {
    List<Snapshot> all = new ArrayList<>();
    for (Snapshot snapshot : shelf.all()) {
      settle(snapshot).ifPresent(all::add);
    }
    return all;
  }

  /** Adds a snapshot. */
  public void add(Snapshot snapshot) throws IOException {
    shelf.put(snapshot);
  }

  /** Changes a snapshot's attributes, if it is there, and returns it as it is now. */
  public Optional<Snapshot> update(String id, UnaryOperator<Snapshot> change) throws IOException {
    return find(id).isPresent() ? shelf.update(id, change) : Optional.empty();
  }

  /** What happened to a snapshot since it was made. */
  public SnapshotLife life(String id) {
    return lives.find(id).orElseGet(() -> SnapshotLife.quiet(id));
  }

  /** Notes what happened to a snapshot that is there. */
  public synchronized void updateLife(String id, UnaryOperator<SnapshotLife> change)
      throws IOException {
    lives.put(change.apply(life(id)));
  }

  /** The content of a snapshot that is there. */
  public SnapshotBlocks blocks(String id) throws IOException {
    List<String> ids = new ArrayList<>();
    List<BlockFile> chain = new ArrayList<>();
    for (Optional<String> at = Optional.of(id); at.isPresent(); at = parent(at.get())) {
      ids.add(at.get());
      chain.add(file(at.get()));
    }
    return new SnapshotBlocks(ids, chain);
  }

  /** Notes that a pending snapshot was written to just now. */
  public void touch(String id) throws IOException {
    Instant now = clock.instant();
    activity.put(id, now);
    Optional<Snapshot> stored = shelf.find(id);
    if (stored.isPresent()
        && now.isAfter(stored.get().writing().lastActivity().plus(ACTIVITY_KEPT))) {
      shelf.update(id, snapshot -> snapshot.withWriting(snapshot.writing().activeAt(now)));
    }
  }

  /** Has a pending snapshot become completed after a while. */
  public void complete(String id, Duration delay) throws IOException {
    Instant when = clock.instant().plus(delay);
    shelf.update(id, snapshot -> snapshot.withWriting(snapshot.writing().completingAt(when)));
  }

  /**
   * Deletes a snapshot, if it is there. Children keep the content that they have from it, as they
   * do in AWS.
   */
  public synchronized void delete(String id) throws IOException {
    Optional<Snapshot> gone = shelf.find(id);
    if (gone.isPresent()) {
      graves.put(new Grave(id, gone.get().parentId()));
      shelf.remove(id);
      lives.remove(id);
      activity.remove(id);
      bury();
    }
  }

  /** Frees the blocks of deleted snapshots that no snapshot needs any more. */
  private void bury() throws IOException {
    Set<String> needed = new HashSet<>();
    for (Snapshot snapshot : shelf.all()) {
      for (Optional<String> at = snapshot.parentId(); at.isPresent(); at = parent(at.get())) {
        needed.add(at.get());
      }
    }
    for (Grave grave : graves.all()) {
      if (!needed.contains(grave.id())) {
        BlockFile open = files.remove(grave.id());
        if (open != null) {
          open.close();
        }
        BlockFile.delete(directory, grave.id());
        graves.remove(grave.id());
      }
    }
  }

  private Optional<String> parent(String id) {
    Optional<Snapshot> living = shelf.find(id);
    return living.isPresent() ? living.get().parentId() : graves.find(id).flatMap(Grave::parentId);
  }

  private BlockFile file(String id) throws IOException {
    BlockFile open = files.get(id);
    if (open == null) {
      synchronized (files) {
        open = files.get(id);
        if (open == null) {
          open = BlockFile.open(directory, id);
          files.put(id, open);
        }
      }
    }
    return open;
  }

  /** As it is now; empty when the Recycle Bin has forgotten it. */
  private Optional<Snapshot> settle(Snapshot snapshot) throws IOException {
    if (snapshot.state() == SnapshotState.PENDING) {
      return Optional.of(settlePending(snapshot));
    }
    Optional<SnapshotLife> life = lives.find(snapshot.id());
    Instant now = clock.instant();
    if (life.flatMap(SnapshotLife::recycledUntil).filter(end -> !now.isBefore(end)).isPresent()) {
      delete(snapshot.id());
      return Optional.empty();
    }
    StorageTier tier =
        life.flatMap(SnapshotLife::tiering)
            .map(move -> move.tierAt(now))
            .orElse(snapshot.storageTier());
    return tier == snapshot.storageTier()
        ? Optional.of(snapshot)
        : shelf.update(snapshot.id(), old -> old.withStorageTier(tier));
  }

  private Snapshot settlePending(Snapshot snapshot) throws IOException {
    Instant now = clock.instant();
    Writing writing =
        snapshot
            .writing()
            .activeAt(activity.getOrDefault(snapshot.id(), snapshot.writing().lastActivity()));
    if (writing.completesAt().isPresent()) {
      Instant when = writing.completesAt().get();
      return now.isBefore(when) ? snapshot : finish(snapshot, when);
    }
    Duration idle = Duration.ofMinutes(writing.timeoutMinutes());
    if (now.isAfter(writing.lastActivity().plus(idle))) {
      return shelf
          .update(
              snapshot.id(),
              old -> old.failed("not written to for " + idle.toMinutes() + " minutes"))
          .orElse(snapshot);
    }
    return snapshot.withWriting(writing);
  }

  private Snapshot finish(Snapshot snapshot, Instant when) throws IOException {
    long bytes = (long) blocks(snapshot.id()).count() * SnapshotBlocks.BLOCK_BYTES;
    activity.remove(snapshot.id());
    return shelf.update(snapshot.id(), old -> old.completed(when, bytes)).orElse(snapshot);
  }

  @Override
  public void close() throws IOException {
    for (Map.Entry<String, Instant> last : activity.entrySet()) {
      shelf.update(last.getKey(), old -> old.withWriting(old.writing().activeAt(last.getValue())));
    }
    for (BlockFile file : files.values()) {
      file.close();
    }
  }
}

package amber.archive;

import amber.block.BlockReader;
import amber.block.BlockSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The segments in their order, and the readers of their blocks. Where a source wants to know early
 * what will be read, readers are opened before anybody works on their segments: while one segment
 * is compressed, the blocks of the next are on their way.
 *
 * <p>One thread goes through the segments, many may open their readers.
 */
public final class SegmentReaders implements Iterator<PlannedSegment>, AutoCloseable {

  private final Iterator<PlannedSegment> segments;
  private final List<? extends BlockSource> sources;
  private final Tap tap;
  private final Queue<PlannedSegment> next = new ArrayDeque<>();
  private final Map<Integer, Opened> opened = new ConcurrentHashMap<>();
  private int blocksAhead;

  /** Lets somebody else see the blocks that are read. */
  @FunctionalInterface
  public interface Tap {
    /** Reads what {@code reader} does; called by many threads at once. */
    BlockReader reader(PlannedSegment segment, BlockReader reader);

    /**
     * Waits until they are done with the blocks that they saw.
     *
     * @throws IOException if they failed
     */
    default void settle() throws IOException {}
  }

  /** A reader opened ahead, or why it could not be. */
  private record Opened(BlockReader reader, IOException failure) {}

  /**
   * Segments, and their blocks.
   *
   * @param segments those of a plan that are to be read, in its order
   * @param sources the volumes' blocks, by volume number
   */
  public SegmentReaders(Iterator<PlannedSegment> segments, List<? extends BlockSource> sources) {
    this(segments, sources, (segment, reader) -> reader);
  }

  /** As above, while somebody else sees the blocks as well. */
  public SegmentReaders(
      Iterator<PlannedSegment> segments, List<? extends BlockSource> sources, Tap tap) {
    this.segments = segments;
    this.sources = sources;
    this.tap = tap;
  }

  @Override
  public boolean hasNext() {
    return !next.isEmpty() || segments.hasNext();
  }

  @Override
  public PlannedSegment next() {
    if (next.isEmpty()) {
      if (!segments.hasNext()) {
        throw new NoSuchElementException();
      }
      draw();
    }
    PlannedSegment segment = next.remove();
    blocksAhead -= segment.blocks().length;
    while (segments.hasNext() && blocksAhead < source(segment).blocksAhead()) {
      draw();
    }
    return segment;
  }

  private void draw() {
    PlannedSegment segment = segments.next();
    next.add(segment);
    blocksAhead += segment.blocks().length;
    BlockSource source = source(segment);
    if (source.blocksAhead() > 0) {
      opened.put(segment.number(), open(source, segment));
    }
  }

  private static Opened open(BlockSource source, PlannedSegment segment) {
    try {
      return new Opened(source.read(segment.blocks()), null);
    } catch (IOException e) {
      // Told to who works on the segment, in its turn.
      return new Opened(null, e);
    }
  }

  private BlockSource source(PlannedSegment segment) {
    return sources.get(segment.volume().number());
  }

  /** The reader of a segment's blocks, for whoever works on it, to be closed by them. */
  public BlockReader open(PlannedSegment segment) throws IOException {
    return tap.reader(segment, reader(segment));
  }

  private BlockReader reader(PlannedSegment segment) throws IOException {
    Opened ahead = opened.remove(segment.number());
    if (ahead == null) {
      return source(segment).read(segment.blocks());
    }
    if (ahead.failure() != null) {
      throw ahead.failure();
    }
    return ahead.reader();
  }

  /** Closes the readers that nobody took. */
  @Override
  public void close() {
    for (Integer number : List.copyOf(opened.keySet())) {
      Opened unused = opened.remove(number);
      if (unused != null && unused.reader() != null) {
        unused.reader().close();
      }
    }
  }
}

package amber.task;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A task as its journal tells it.
 *
 * @param id {@code task-} and 12 hexadecimal digits, eight of them for the second of its start
 * @param state what has become of it
 * @param start what it is
 * @param startedAt when it began
 * @param endedAt when it ended, unless it is in progress or its process died
 * @param doneBytes how many bytes of blocks were done when that was last written down
 * @param totalBytes of how many; 0 while that is unknown
 * @param percent the same in percent, 0 to 100
 * @param resumable whether a later run can go on with it
 * @param keptUntil how long what is kept stays there if nobody goes on with it, where that is
 *     limited
 * @param left whether something of it may still be there that nobody sees: it is paid for, or takes
 *     room
 * @param reason why it failed or was interrupted
 * @param attempts how many runs have worked on it, 1 or more
 * @param result what came of it, by name; empty unless it is completed
 * @param process which process has worked on it last
 */
public record Task(
    String id,
    TaskState state,
    TaskStart start,
    Instant startedAt,
    Optional<Instant> endedAt,
    long doneBytes,
    long totalBytes,
    int percent,
    boolean resumable,
    Optional<Instant> keptUntil,
    boolean left,
    Optional<String> reason,
    int attempts,
    Map<String, Object> result,
    TaskProcess process) {}

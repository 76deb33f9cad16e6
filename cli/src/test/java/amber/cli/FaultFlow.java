package amber.cli;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** One flow of the fault campaign: a command, what has to come of it, and what must not be left. */
interface FaultFlow {

  /** Such as {@code pack}. */
  String name();

  /** The services whose calls are harmed. */
  Set<String> services();

  /** The services that it makes something in. */
  Set<String> makes();

  /** The command line of a run whose target has this name, which no other run has. */
  List<Object> command(String target);

  /** Compares what is there with what an undisturbed run makes; fails if they differ. */
  void requireIdentical(String target) throws IOException;

  /** Compares the blocks only, not the image's attributes; fails if they differ. */
  void requireSameBlocks(String target) throws IOException;

  /** What is there of the target, and of what it is made of, in words. */
  List<String> left(String target) throws IOException;

  /**
   * What of it a failed run may leave, as it said; nothing unless there is more than one target.
   */
  default List<String> kept(String target, Run run) throws IOException {
    return List.of();
  }

  /** Removes what is there. */
  void clean(String target) throws IOException;
}

package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users are told of what a run could not remove. */
class NotRemovedTest {

  private static final String CANCEL =
      "'amber tasks cancel task-1' removes what it has stored and could not remove itself";

  @Test
  void hintAfterASignalDoesNotSayThatAllIsRemoved() {
    IOException interrupted = new InterruptedIOException("x");
    assertThat(Hints.of(interrupted)).hasValue("what was begun is removed; run the command again");
    interrupted.addSuppressed(new NotRemovedException("task-1"));
    assertThat(Hints.of(interrupted)).hasValue(CANCEL);
  }

  @Test
  void hintTellsWhatToMendAndWhatToRemove() {
    IOException taken = new FileAlreadyExistsException("a.bin");
    taken.addSuppressed(new NotRemovedException("task-1"));
    assertThat(Hints.of(taken))
        .hasValue("choose another name, or repeat with --replace; " + CANCEL);
  }

  @Test
  void taskIsNamedWhenThereIsNoTimeToCleanUp() {
    assertThat(Interrupts.outOfTime(List.of("task-1")))
        .isEqualTo(
            "amber: warning: what was begun could not be cleaned up in time; 'amber tasks cancel"
                + " task-1' removes what is left");
    assertThat(Interrupts.outOfTime(List.of())).endsWith("in time");
  }
}

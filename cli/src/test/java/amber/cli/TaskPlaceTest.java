package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as the same place. */
class TaskPlaceTest {

  private static final TaskPlace HERE = place("111111111111", "a");

  private static TaskPlace place(String account, String profile) {
    return new TaskPlace("", "us-east-1", account, profile);
  }

  private static List<String> changes(TaskPlace now, TaskPlace before) {
    return new TaskRecipe("x")
        .withPlace(now)
        .changedSince(new TaskRecipe("x").withPlace(before).values());
  }

  @Test
  void ofOneAccountProfilesAreNames() {
    assertThat(changes(place("111111111111", "b"), HERE)).isEmpty();
    assertThat(changes(place("222222222222", "a"), HERE))
        .containsExactly("the account is 222222222222, was 111111111111");
  }

  @Test
  void whereTheAccountIsNotKnownTheProfileTells() {
    assertThat(changes(place("", "a"), HERE)).isEmpty();
    assertThat(changes(place("", ""), HERE)).containsExactly("the profile is not given, was a");
    assertThat(changes(HERE, place("", "b"))).containsExactly("the profile is a, was b");
  }

  @Test
  void whatIsLeftIsLookedForWhereItIs() {
    assertThatCode(() -> HERE.requireSame("task-1", HERE.values())).doesNotThrowAnyException();
    assertThatCode(() -> HERE.requireSame("task-1", Map.of())).doesNotThrowAnyException();
    TaskPlace west = new TaskPlace("http://localhost:1", "us-west-2", "111111111111", "a");
    assertThatThrownBy(() -> west.requireSame("task-1", HERE.values()))
        .hasMessage(
            "task-1: was begun elsewhere, and cannot be removed from here: the endpoint is"
                + " http://localhost:1, was not given; the region is us-west-2, was us-east-1");
  }

  @Test
  void passwordOfAnEndpointIsNotRecorded() {
    assertThat(TaskPlace.text(Optional.of(URI.create("https://me:secret@s3.example:9000/x/"))))
        .isEqualTo("https://s3.example:9000/x");
    assertThat(TaskPlace.text(Optional.empty())).isEmpty();
  }
}

package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.ec2.RetentionRules.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rbin.model.ResourceTag;

/** Which rules of the Recycle Bin hold for what. */
class RetentionRulesTest {

  private static final Rule ALL = new Rule("all", 3, true, List.of(), List.of(tag("tmp", "yes")));
  private static final Rule PROD =
      new Rule("prod", 30, true, List.of(tag("env", "prod")), List.of());
  private static final Rule TEST = new Rule("env", 7, true, List.of(tag("env", "test")), List.of());
  private static final Rule PENDING = new Rule("new", 90, false, List.of(), List.of());

  private static ResourceTag tag(String key, String value) {
    return ResourceTag.builder().resourceTagKey(key).resourceTagValue(value).build();
  }

  @Test
  void longestRuleThatMatchesHolds() {
    RetentionRules rules = new RetentionRules(List.of(ALL, PROD, TEST, PENDING), List.of(PROD));
    assertThat(rules.imageDays(Map.of())).contains(3);
    assertThat(rules.imageDays(Map.of("env", "test"))).contains(7);
    assertThat(rules.imageDays(Map.of("env", "prod"))).contains(30);
    assertThat(rules.imageDays(Map.of("env", "prod", "tmp", "yes"))).contains(30);
    assertThat(rules.imageDays(Map.of("tmp", "yes"))).isEmpty();
    assertThat(rules.imageDays(Map.of("tmp", "no"))).contains(3);
    assertThat(rules.imageDays(Map.of("env", "dev"))).contains(3);
    RetentionRules without =
        new RetentionRules(
            List.of(new Rule("none", 5, true, List.of(tag("env", null)), List.of())), List.of());
    assertThat(without.imageDays(Map.of("env", ""))).contains(5);
    assertThat(without.imageDays(Map.of("env", "prod"))).isEmpty();
    assertThat(rules.snapshotDays(Map.of())).isEmpty();
    assertThat(rules.snapshotDays(Map.of("env", "prod"))).contains(30);
  }
}

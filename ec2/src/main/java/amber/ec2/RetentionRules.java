package amber.ec2;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.rbin.RbinAsyncClient;
import software.amazon.awssdk.services.rbin.model.GetRuleResponse;
import software.amazon.awssdk.services.rbin.model.ListRulesResponse;
import software.amazon.awssdk.services.rbin.model.ResourceTag;
import software.amazon.awssdk.services.rbin.model.ResourceType;
import software.amazon.awssdk.services.rbin.model.RuleSummary;

/**
 * By which rules the Recycle Bin keeps what an account deregisters or deletes in a region. (Amazon
 * EBS User Guide, "Recycle Bin": of several rules that match, the one with the longest period
 * holds.)
 *
 * @param images rules for images
 * @param snapshots rules for snapshots
 */
public record RetentionRules(List<Rule> images, List<Rule> snapshots) {

  // Nice to know before it is done; afterwards the bin itself is looked into.
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String WHERE = "rules of the Recycle Bin";
  private static final int PAGE = 1000;

  /**
   * A rule.
   *
   * @param days for how long it keeps something
   * @param available whether it is in force
   * @param tags one of which it asks for; if there are none, it holds for all
   * @param excluded none of which it takes
   */
  record Rule(
      String id, int days, boolean available, List<ResourceTag> tags, List<ResourceTag> excluded) {

    private boolean keeps(Map<String, String> those) {
      return available
          && (tags.isEmpty() || tags.stream().anyMatch(tag -> has(those, tag)))
          && excluded.stream().noneMatch(tag -> has(those, tag));
    }

    /** Name and value; that a tag without a value stands for any is said nowhere. */
    private static boolean has(Map<String, String> those, ResourceTag tag) {
      String value = tag.resourceTagValue() == null ? "" : tag.resourceTagValue();
      return value.equals(those.get(tag.resourceTagKey()));
    }
  }

  /** Copies the lists. */
  public RetentionRules {
    images = List.copyOf(images);
    snapshots = List.copyOf(snapshots);
  }

  /** For how many days an image with these tags is kept; nothing if it is not. */
  public Optional<Integer> imageDays(Map<String, String> tags) {
    return days(images, tags);
  }

  /** For how many days a snapshot with these tags is kept; nothing if it is not. */
  public Optional<Integer> snapshotDays(Map<String, String> tags) {
    return days(snapshots, tags);
  }

  private static Optional<Integer> days(List<Rule> rules, Map<String, String> tags) {
    return rules.stream().filter(rule -> rule.keeps(tags)).map(Rule::days).max(Integer::compareTo);
  }

  /** Asks the Recycle Bin; that it does not tell, for whatever reason, is no failure. */
  static Told<RetentionRules> of(Ec2Connection aws) throws InterruptedIOException {
    try (RbinAsyncClient client =
        aws.client(
            RbinAsyncClient.builder(),
            c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(LIMIT))) {
      return Told.of(
          new RetentionRules(
              rules(aws, client, ResourceType.EC2_IMAGE),
              rules(aws, client, ResourceType.EBS_SNAPSHOT)));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return Told.not(String.valueOf(e.getMessage()));
    }
  }

  private static List<Rule> rules(Ec2Connection aws, RbinAsyncClient client, ResourceType type)
      throws IOException {
    List<Rule> rules = new ArrayList<>();
    String token = null;
    do {
      String from = token;
      ListRulesResponse page =
          answer(aws, client.listRules(r -> r.resourceType(type).maxResults(PAGE).nextToken(from)));
      for (RuleSummary each : page.rules()) {
        rules.add(rule(answer(aws, client.getRule(r -> r.identifier(each.identifier())))));
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return rules;
  }

  private static Rule rule(GetRuleResponse rule) {
    return new Rule(
        rule.identifier(),
        rule.retentionPeriod().retentionPeriodValue(),
        "available".equals(rule.statusAsString()),
        rule.resourceTags(),
        rule.excludeResourceTags());
  }

  private static <T> T answer(Ec2Connection aws, CompletableFuture<T> answer) throws IOException {
    return aws.await(WHERE, answer, LIMIT.plusSeconds(1));
  }
}

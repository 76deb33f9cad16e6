package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.ec2.TaskTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code amber iam-policy} prints, and what it refuses. */
class IamPolicyTest {

  private static final String KEY = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/12ab-34cd";

  private static Map<String, Object> policy(Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of("iam-policy"));
    all.addAll(Arrays.asList(arguments));
    Run run = Run.of(all.toArray());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run.json();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> statements(Map<String, Object> policy) {
    return (List<Map<String, Object>>) policy.get("Statement");
  }

  private static Map<String, Object> statement(Map<String, Object> policy, String sid) {
    return statements(policy).stream()
        .filter(each -> each.get("Sid").equals(sid))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + sid + " in " + policy));
  }

  @ParameterizedTest
  @EnumSource(IamJob.class)
  void everyJobHasAPolicyThatIamTakes(IamJob job) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("--for", job.text(), "--kms", KEY));
    arguments.addAll(List.of("--partition", "aws-us-gov"));
    if (job.needsBucket()) {
      arguments.addAll(List.of("--bucket", "archive"));
    }
    Map<String, Object> policy = policy(arguments.toArray());
    assertThat(policy.keySet()).containsExactly("Version", "Statement");
    assertThat(policy).containsEntry("Version", "2012-10-17");
    Set<Object> sids = new TreeSet<>();
    for (Map<String, Object> statement : statements(policy)) {
      assertThat(statement.get("Sid").toString()).matches("[A-Za-z0-9]+");
      assertThat(sids.add(statement.get("Sid"))).as("the Sid is new").isTrue();
      assertThat(statement).containsEntry("Effect", "Allow");
      List<?> actions = (List<?>) statement.get("Action");
      assertThat(actions).isNotEmpty().isEqualTo(actions.stream().sorted().toList());
      assertThat(String.join(" ", actions.stream().map(String::valueOf).toList()))
          .doesNotContain("*");
      for (Object resource : (List<?>) statement.get("Resource")) {
        assertThat(resource.toString()).matches("\\*|arn:aws-us-gov:.*");
      }
    }
    // The most that IAM takes for a managed policy, without blanks.
    String text = policy.toString();
    assertThat(text.replaceAll("\\s", "").length()).isLessThan(6_144);
  }

  @Test
  void resourcesAreAsNarrowAsTheServicesAllow() throws Exception {
    Map<String, Object> policy =
        policy(
            "--for=unpack",
            "--bucket=archive",
            "--prefix=images/",
            "--region=us-gov-west-1",
            "--account=111122223333",
            "--kms=" + KEY);
    assertThat(statement(policy, "ReadArchives"))
        .containsEntry("Resource", List.of("arn:aws-us-gov:s3:::archive/images/*"))
        .containsEntry(
            "Condition", Map.of("StringEquals", Map.of("aws:ResourceAccount", "111122223333")));
    assertThat(statement(policy, "LookIntoBuckets"))
        .containsEntry("Resource", List.of("arn:aws-us-gov:s3:::archive"));
    assertThat(statement(policy, "WriteSnapshots"))
        .containsEntry("Resource", List.of("arn:aws-us-gov:ec2:us-gov-west-1::snapshot/*"));
    assertThat(statement(policy, "DeleteUnfinishedSnapshots"))
        .containsEntry(
            "Condition", Map.of("Null", Map.of("aws:ResourceTag/" + TaskTag.NAME, "false")));
    assertThat(statement(policy, "UseKeys")).containsEntry("Resource", List.of(KEY));
    assertThat(statement(policy, "GrantKeysToEbs"))
        .containsEntry("Condition", Map.of("Bool", Map.of("kms:GrantIsForAWSResource", "true")));
  }

  @Test
  void whatIsNotAskedForIsLeftOut() throws Exception {
    Map<String, Object> policy = policy("--for=pack", "--bucket=one", "--bucket=two");
    assertThat(policy.toString()).doesNotContain("kms:").doesNotContain("ResourceAccount");
    assertThat(statement(policy, "ReadSnapshots"))
        .containsEntry("Resource", List.of("arn:aws:ec2:*::snapshot/*"));
    assertThat(statement(policy, "WriteArchives"))
        .containsEntry("Resource", List.of("arn:aws:s3:::one/*", "arn:aws:s3:::two/*"));
    assertThat(policy("--for=copy-image", "--region=cn-north-1").toString())
        .doesNotContain("s3:")
        .contains("arn:aws-cn:ec2:cn-north-1::snapshot/*");
  }

  @Test
  void twoSidesTogetherMayDoWhatOneMay() {
    assertThat(both(IamJob.COPY_FROM, IamJob.COPY_TO)).isEqualTo(actions(IamJob.COPY));
    assertThat(both(IamJob.COPY_IMAGE_FROM, IamJob.COPY_IMAGE_TO))
        .isEqualTo(actions(IamJob.COPY_IMAGE));
  }

  private static Set<String> both(IamJob one, IamJob other) {
    Set<String> both = actions(one);
    both.addAll(actions(other));
    return both;
  }

  private static Set<String> actions(IamJob job) {
    Set<String> actions = new TreeSet<>();
    job.grants().forEach(grant -> actions.addAll(grant.actions()));
    return actions;
  }

  @ParameterizedTest
  @CsvSource({
    "'--for=fly', 'is no job, should be one of pack'",
    "'--for=pack', 'needs a bucket, none is given'",
    "'--for=copy-image --bucket=archive', 'nothing to do with buckets'",
    "'--for=verify --bucket=s3://archive', 'is no name of a bucket'",
    "'--for=verify --bucket=archive --prefix=a*', 'would be read as a pattern'",
    "'--for=verify --bucket=archive --kms=alias/x', 'is no ARN of a key'",
    "'--for=verify --bucket=archive --partition=aws-moon', 'should be aws, aws-us-gov or aws-cn'",
    "'--for=verify --bucket=archive --partition=aws --region=cn-north-1', 'is of aws-cn'",
    "'--for=verify --bucket=archive --kms=arn:aws-cn:kms:cn-north-1:111122223333:key/1', 'is of aws-cn'",
    "'--for=verify --bucket=archive --account=12', '12 digits'",
  })
  void whatMakesNoSenseIsRefused(String arguments, String says) {
    List<Object> all = new ArrayList<>(List.of("iam-policy"));
    all.addAll(Arrays.asList(arguments.split(" ", -1)));
    Run run = Run.of(all.toArray());
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("amber: error: ").contains(says).contains("amber: hint: ");
  }
}

package amber;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the stages of the data's way; docs/architecture.md draws them. */
class ArchitectureTest {

  // The place of one class of core, so that the tests beside it are not asked.
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .importUrl(Packer.class.getProtectionDomain().getCodeSource().getLocation());

  private static final JavaClasses TANGLED = new ClassFileImporter().importPackages("archfixture");

  private static final String WORK = "work";

  private static ArchRule stageKnowsOnly(String base, String stage, String... known) {
    List<String> allowed = new ArrayList<>(List.of(base + "." + stage, base + "." + WORK));
    for (String other : known) {
      allowed.add(base + "." + other);
    }
    return noClasses()
        .that()
        .resideInAPackage(base + "." + stage)
        .should()
        .dependOnClassesThat(
            resideInAPackage(base + "..")
                .and(resideOutsideOfPackages(allowed.toArray(String[]::new))))
        .because("a new source or store must be writable without knowing the engine");
  }

  private static ArchRule nobodyKnowsTheRoot(String base) {
    return noClasses()
        .that()
        .resideInAPackage(base + ".*..")
        .should()
        .dependOnClassesThat(resideInAPackage(base))
        .because("the flows know the stages, and no stage knows the flows");
  }

  private static ArchRule stagesFormNoCycle(String base) {
    return slices()
        .matching(base + ".(*)..")
        .should()
        .beFreeOfCycles()
        .because("stages in a cycle are one stage with two names");
  }

  private static ArchRule onlyWorkMakesThreads(String base) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(base + "." + WORK)
        .should()
        .callCodeUnitWhere(describe("it makes threads", ArchitectureTest::makesThreads))
        .because("whoever closes the work must end every thread");
  }

  private static boolean makesThreads(JavaAccess<?> call) {
    JavaClass owner = call.getTargetOwner();
    boolean makes = call.getName().equals("<init>");
    return owner.isEquivalentTo(Executors.class)
        || owner.isEquivalentTo(CompletableFuture.class)
        || (makes && owner.isAssignableTo(Thread.class))
        || (makes && owner.isAssignableTo(Timer.class))
        || (makes && owner.isAssignableTo(Executor.class));
  }

  private static ArchRule nobodyPrints() {
    return noClasses()
        .should(ACCESS_STANDARD_STREAMS)
        .because("the command decides what is said, and where");
  }

  private static ArchRule nobodyLogs() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.util.logging..").or(assignableTo(System.Logger.class)))
        .because("failures are thrown, and progress is counted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "block", "frame", "store", "task", "work"})
  void leafStageKnowsNoOther(String stage) {
    stageKnowsOnly("amber", stage).check(CORE);
  }

  @Test
  void archiveKnowsTheFormatsParts() {
    stageKnowsOnly("amber", "archive", "image", "block", "frame", "seal", "store").check(CORE);
  }

  @Test
  void sealKnowsWhereArchivesAreStored() {
    stageKnowsOnly("amber", "seal", "store").check(CORE);
  }

  @Test
  void diskKnowsNoFormat() {
    stageKnowsOnly("amber", "disk", "image", "block", "store").check(CORE);
  }

  @Test
  void noStageKnowsTheFlows() {
    nobodyKnowsTheRoot("amber").check(CORE);
  }

  @Test
  void thereAreClassesToAsk() {
    assertThat(CORE.contain(Packer.class)).isTrue();
    assertThat(CORE.contain(ArchitectureTest.class)).isFalse();
  }

  @Test
  void thereAreNoOtherStages() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            "amber",
            "amber.image",
            "amber.block",
            "amber.frame",
            "amber.seal",
            "amber.store",
            "amber.archive",
            "amber.disk",
            "amber.task",
            "amber.work")
        .because("a stage without a rule of its own may know anything")
        .check(CORE);
  }

  @Test
  void stagesFormNoCycle() {
    stagesFormNoCycle("amber").check(CORE);
  }

  @Test
  void onlyWorkMakesThreads() {
    onlyWorkMakesThreads("amber").check(CORE);
  }

  @Test
  void coreSaysNothingByItself() {
    nobodyPrints().check(CORE);
    nobodyLogs().check(CORE);
  }

  @ParameterizedTest
  @CsvSource({"image", "store"})
  void leafRuleBites(String stage) {
    assertBites(stageKnowsOnly("archfixture", stage));
  }

  @Test
  void otherRulesBite() {
    assertBites(nobodyKnowsTheRoot("archfixture"));
    assertBites(stagesFormNoCycle("archfixture"));
    assertBites(nobodyPrints());
    assertBites(nobodyLogs());
    assertThat(
            onlyWorkMakesThreads("archfixture").evaluate(TANGLED).getFailureReport().getDetails())
        .hasSize(2);
  }

  private static void assertBites(ArchRule rule) {
    assertThat(rule.evaluate(TANGLED).hasViolation()).as(rule.getDescription()).isTrue();
  }
}

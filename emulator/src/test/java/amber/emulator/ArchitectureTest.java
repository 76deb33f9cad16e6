package amber.emulator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses EMULATOR =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("amber.emulator");

  @Test
  void packagesFormNoCycle() {
    slices().matching("amber.(emulator..)").should().beFreeOfCycles().check(EMULATOR);
  }

  @Test
  void nothingElseOfAmberIsKnown() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("amber..").and(not(resideInAPackage("amber.emulator.."))))
        .because("the emulator must not share a misreading of AWS with the other modules")
        .check(EMULATOR);
  }

  @Test
  void stateAndListenerKnowNoService() {
    noClasses()
        .that()
        .resideInAnyPackage("amber.emulator.state", "amber.emulator.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "amber.emulator.ebs", "amber.emulator.ec2", "amber.emulator.s3", "amber.emulator.fault")
        .check(EMULATOR);
  }

  @Test
  void theRulesLookAtSomething() {
    assertThat(EMULATOR).hasSizeGreaterThan(30);
  }
}

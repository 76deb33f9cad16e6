package amber.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Most commands run without the emulator on the class path; docs/architecture.md says how. */
class EmulatorAsideTest {

  private static final JavaClasses COMMANDS =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  private static ArchRule onlyLocalKnows(String what) {
    return noClasses()
        .that()
        .resideOutsideOfPackage("amber.cli.local")
        .should()
        .dependOnClassesThat(resideInAPackage(what))
        .because("the launcher adds the emulator for some commands only");
  }

  @Test
  void onePackageKnowsTheEmulator() {
    onlyLocalKnows("amber.emulator..").check(COMMANDS);
  }

  @Test
  void whatKnowsTheEmulatorKnowsNoCommand() {
    noClasses()
        .that()
        .resideInAPackage("amber.cli.local")
        .should()
        .dependOnClassesThat(resideInAPackage("amber.cli"))
        .because("two packages that know each other are one")
        .check(COMMANDS);
  }

  @Test
  void ruleBites() {
    assertThat(onlyLocalKnows("amber.ec2..").evaluate(COMMANDS).hasViolation()).isTrue();
  }
}

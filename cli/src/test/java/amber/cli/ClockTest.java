package amber.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import amber.Packer;
import amber.ec2.Ec2Connection;
import amber.s3.S3Endpoint;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URL;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Clocks jump: they are set, and leap with the machine that sleeps. So no wait goes by the time of
 * day, and who asks for it does so to write it down or to compare it with what AWS tells.
 */
class ClockTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrls(
              Stream.of(Packer.class, Ec2Connection.class, S3Endpoint.class, Main.class)
                  .map(ClockTest::place)
                  .toList());

  // What is written down, and what is compared with times that AWS or a certificate tells.
  private static final Set<String> MAY_ASK =
      Set.of(
          "amber.archive.ArchiveStamp",
          "amber.cli.CopySource",
          "amber.cli.ImageChangeCommands$Deprecate",
          "amber.cli.ImageListCommand",
          "amber.cli.ImageRun",
          "amber.cli.ImageShow",
          "amber.cli.ObjectTarget",
          "amber.cli.RecipientCommands$Change",
          "amber.cli.RecipientOptions",
          "amber.cli.RetireFleet",
          "amber.cli.RetireThen",
          "amber.ec2.ImageList",
          "amber.s3.FileTransfer",
          "amber.s3.ObjectUpload",
          "amber.s3.S3Check",
          "amber.s3.S3Store",
          "amber.s3.ServerSideCopy",
          "amber.task.TaskDirectory");

  private static URL place(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation();
  }

  private static boolean asksForTheTime(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    boolean instant =
        owner.equals(Instant.class.getName())
            && access.getName().equals("now")
            && access instanceof JavaCall<?> call
            && call.getTarget().getRawParameterTypes().isEmpty();
    boolean millis =
        owner.equals(System.class.getName()) && access.getName().equals("currentTimeMillis");
    boolean clock = owner.equals(Clock.class.getName()) && access.getName().startsWith("system");
    boolean date = owner.equals(Date.class.getName()) && access.getName().equals("<init>");
    return instant || millis || clock || date;
  }

  @Test
  void noWaitGoesByTheTimeOfDay() {
    ArchRule rule =
        noClasses()
            .that(
                DescribedPredicate.describe(
                    "have no reason to", of -> !MAY_ASK.contains(of.getName())))
            .should()
            .accessTargetWhere(
                DescribedPredicate.describe("it tells the time", ClockTest::asksForTheTime));
    rule.check(CLASSES);
  }
}

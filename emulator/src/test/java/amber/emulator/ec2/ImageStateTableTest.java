package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Image;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.LaunchPermission.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** What every operation says to an image in every state that it can be in. */
class ImageStateTableTest extends Ec2TestCase {

  private static final Map<String, String> SHORT =
      Map.of(
          "InvalidAMIID.NotFound", "N",
          "InvalidAMIID.Unavailable", "U",
          "AuthFailure", "A",
          "OperationNotPermitted", "P",
          "IncorrectState", "S",
          "InvalidAMIName.Duplicate", "D");

  /** One operation tried on an image; an assertion that fails means that it is not shown. */
  private interface Try {

    void with(String id);
  }

  private final Map<String, Try> operations =
      Map.ofEntries(
          Map.entry("list", id -> assertThat(names()).contains("web")),
          Map.entry("describe", id -> assertThat(found(id)).isTrue()),
          Map.entry(
              "attribute",
              id -> ec2.describeImageAttribute(r -> r.imageId(id).attribute("description"))),
          Map.entry(
              "modify",
              id -> ec2.modifyImageAttribute(r -> r.imageId(id).description(d -> d.value("x")))),
          Map.entry(
              "share",
              id ->
                  ec2.modifyImageAttribute(r -> r.imageId(id).operationType("add").userIds(OTHER))),
          Map.entry("tag", id -> ec2.createTags(r -> r.resources(id).tags(tag("k", "v")))),
          Map.entry(
              "deprecate",
              id ->
                  ec2.enableImageDeprecation(
                      r -> r.imageId(id).deprecateAt(Instant.parse("2027-01-01T00:00:00Z")))),
          Map.entry("undeprecate", id -> ec2.disableImageDeprecation(r -> r.imageId(id))),
          Map.entry("disable", id -> ec2.disableImage(r -> r.imageId(id))),
          Map.entry("enable", id -> ec2.enableImage(r -> r.imageId(id))),
          Map.entry("protect", id -> ec2.enableImageDeregistrationProtection(r -> r.imageId(id))),
          Map.entry(
              "unprotect", id -> ec2.disableImageDeregistrationProtection(r -> r.imageId(id))),
          Map.entry("deregister", id -> ec2.deregisterImage(r -> r.imageId(id))),
          Map.entry("recover", id -> ec2.restoreImageFromRecycleBin(r -> r.imageId(id))),
          Map.entry("register", this::registerAgain));

  private static final List<String> STATES =
      List.of(
          "pending",
          "available",
          "deprecated",
          "disabled",
          "protected",
          "cooling",
          "deregistered",
          "recycled",
          "shared",
          "private");

  // In the order of the states above. "-" is an answer without the image.
  @ParameterizedTest
  @CsvSource({
    "list,        ok ok ok - ok ok - - ok -",
    "describe,    ok ok ok - ok ok N - ok -",
    "attribute,   ok ok ok ok ok ok U U ok A",
    "modify,      ok ok ok ok ok ok U U A A",
    "share,       ok ok ok P ok ok U U A A",
    "tag,         ok ok ok ok ok ok U U ok A",
    "deprecate,   ok ok ok ok ok ok U U A A",
    "undeprecate, ok ok ok ok ok ok U U A A",
    "disable,     S ok ok ok ok ok U U A A",
    "enable,      S ok ok ok ok ok U U A A",
    "protect,     ok ok ok ok ok ok U U A A",
    "unprotect,   ok ok ok ok ok ok U U A A",
    "deregister,  ok ok ok ok P P U U A A",
    "recover,     N N N N N N N ok N N",
    "register,    D D D D D D ok ok ok ok"
  })
  void operationAnswersEachState(String operation, String expected) throws IOException {
    List<String> outcomes = new ArrayList<>();
    for (String state : STATES) {
      restart(Ec2Rules.DEFAULT.withNewImages(Duration.ZERO, Duration.ofHours(1)));
      outcomes.add(outcome(operation, prepared(state)));
      removeAll();
    }
    assertThat(String.join(" ", outcomes)).isEqualTo(expected);
  }

  /** An image named web in a state. */
  private String prepared(String state) throws IOException {
    region().updateSettings(s -> s.withRecycleDays(state.equals("recycled") ? 1 : 0, 0));
    String id = image("web");
    if (!state.equals("pending")) {
      clock.advance(Duration.ofHours(1));
    }
    switch (state) {
      case "deprecated" -> edit(id, this::deprecated);
      case "disabled" -> ec2.disableImage(r -> r.imageId(id));
      case "protected" -> ec2.enableImageDeregistrationProtection(r -> r.imageId(id));
      case "cooling" -> {
        ec2.enableImageDeregistrationProtection(r -> r.imageId(id).withCooldown(true));
        ec2.disableImageDeregistrationProtection(r -> r.imageId(id));
      }
      case "deregistered", "recycled" -> ec2.deregisterImage(r -> r.imageId(id));
      case "shared" ->
          edit(
              id,
              image ->
                  image
                      .withOwnerId(OTHER)
                      .withLaunchPermissions(List.of(new LaunchPermission(Kind.USER, SELF))));
      case "private" -> edit(id, image -> image.withOwnerId(OTHER));
      default -> assertThat(state).isIn("pending", "available");
    }
    return id;
  }

  private String outcome(String operation, String id) {
    try {
      operations.get(operation).with(id);
      return "ok";
    } catch (AssertionError e) {
      return "-";
    } catch (Ec2Exception e) {
      return SHORT.getOrDefault(e.awsErrorDetails().errorCode(), e.awsErrorDetails().errorCode());
    }
  }

  private void registerAgain(String id) {
    String snapshotId =
        ec2.describeSnapshots(r -> r.ownerIds("self")).snapshots().get(0).snapshotId();
    ec2.registerImage(request("web", snapshotId).build());
  }

  private boolean found(String id) {
    return !ec2.describeImages(r -> r.imageIds(id)).images().isEmpty();
  }

  private Image deprecated(Image image) {
    return image.withLife(image.life().withDeprecationTime(Optional.of(clock.instant())));
  }

  private void edit(String id, UnaryOperator<Image> change) throws IOException {
    region().images().update(id, change);
  }

  private void removeAll() throws IOException {
    for (Image image : region().images().all()) {
      region().images().remove(image.id());
    }
  }
}

package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.ImageState;
import amber.emulator.state.LaunchPermission.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** DescribeImages. */
final class DescribeImages {

  private DescribeImages() {}

  /** What is asked for. */
  private record Question(
      List<String> ids,
      List<String> owners,
      List<String> users,
      boolean deprecated,
      boolean disabled,
      List<Filter> filters,
      Paging paging) {

    static Question read(Call call) throws FailureException {
      Parameters parameters = call.parameters();
      Question question =
          new Question(
              parameters.texts("ImageId"),
              parameters.texts("Owner"),
              parameters.texts("ExecutableBy"),
              parameters.flag("IncludeDeprecated"),
              parameters.flag("IncludeDisabled"),
              Filter.read(parameters),
              Paging.read(call, Paging.Limits.USUAL));
      question.paging.notWith("imageIdsSet", question.ids);
      ImageFilters.ALL.check(question.filters);
      Owners.check(question.owners, "self");
      for (String user : question.users) {
        if (!user.equals("all")) {
          Owners.check(List.of(user), "self");
        }
      }
      for (String id : question.ids) {
        Images.check(id);
      }
      return question;
    }
  }

  static void run(Call call) throws IOException {
    Question question = Question.read(call);
    call.ready();
    Images images = Images.of(call);
    if (!question.ids().isEmpty()) {
      checkKnown(call, images, question.ids());
    }
    List<ImageView> seen = new ArrayList<>();
    for (Image image : images.all()) {
      if (shown(call, images, question, image)) {
        seen.add(ImageView.of(call, image));
      }
    }
    Paging.Page<ImageView> page =
        question
            .paging()
            .cut(
                seen,
                ImageView::id,
                view -> ImageFilters.ALL.passes(question.filters(), view),
                call.rules().shortPages());
    call.xml().list("imagesSet", page.items(), (xml, view) -> view.write(call, xml));
    call.xml().text("nextToken", page.token());
  }

  /**
   * Refuses ids that nobody knows. One that the caller may not see is no error: it is left out. So
   * is one that was deregistered, as long as an instance of it is left.
   */
  private static void checkKnown(Call call, Images images, List<String> ids) throws IOException {
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      Optional<Image> image = images.any(id);
      boolean visible = image.filter(images::isShown).isPresent();
      if (!visible && !(image.isEmpty() && referenced(call, id))) {
        unknown.add(id);
      }
    }
    if (!unknown.isEmpty()) {
      throw Ec2Failures.imageNotFound(unknown);
    }
  }

  private static boolean referenced(Call call, String id) throws IOException {
    return ImageReference.shelf(call.region()).all().stream()
        .filter(reference -> reference.resourceType().equals(ImageReference.INSTANCE))
        .filter(reference -> !reference.state().equals("terminated"))
        .anyMatch(reference -> reference.imageId().equals(id));
  }

  private static boolean shown(Call call, Images images, Question question, Image image) {
    if (!question.ids().isEmpty() && !question.ids().contains(image.id())) {
      return false;
    }
    boolean own = image.ownerId().equals(call.caller());
    boolean deprecated =
        image.life().deprecationTime().filter(time -> !call.now().isBefore(time)).isPresent();
    if (deprecated && !own && !question.deprecated() && question.ids().isEmpty()) {
      return false;
    }
    if (image.life().state() == ImageState.DISABLED && !question.disabled()) {
      return false;
    }
    return images.mayLaunch(image)
        && image.life().recycledAt().isEmpty()
        && images.isShown(image)
        && Owners.match(question.owners(), image.ownerId(), call.caller())
        && (question.users().isEmpty()
            || question.users().stream().anyMatch(user -> executable(call, image, user)));
  }

  private static boolean executable(Call call, Image image, String user) {
    if (user.equals("all")) {
      return Images.isPublic(image);
    }
    String account = user.equals("self") ? call.caller() : user;
    return Images.permits(image, Kind.USER, account);
  }
}

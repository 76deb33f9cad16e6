package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** DescribeImageReferences. */
final class ImageReferences {

  private static final int MOST_IMAGES = 10;
  private static final int MOST_VERSIONS = 10_000;
  private static final int USUAL_VERSIONS = 10;

  private static final Set<String> TYPES =
      Set.of(
          ImageReference.INSTANCE,
          ImageReference.LAUNCH_TEMPLATE,
          "ssm:Parameter",
          "imagebuilder:ImageRecipe",
          "imagebuilder:ContainerRecipe");

  private ImageReferences() {}

  /**
   * Which resources of one type count.
   *
   * @param states of instances; none for all
   * @param versions how many versions of a launch template, from the newest
   */
  private record Choice(List<String> states, int versions) {

    static final Choice USUAL = new Choice(List.of(), USUAL_VERSIONS);

    boolean takes(ImageReference reference) {
      return reference.version() <= versions
          && (states.isEmpty() || states.contains(reference.state()));
    }
  }

  static void describe(Call call) throws IOException {
    Parameters parameters = call.parameters();
    List<String> ids = parameters.texts("ImageId");
    boolean all = parameters.flag("IncludeAllResourceTypes");
    Map<String, Choice> choices = new LinkedHashMap<>();
    if (all) {
      TYPES.forEach(type -> choices.put(type, Choice.USUAL));
    }
    for (Parameters each : parameters.structures("ResourceType")) {
      each.required("ResourceType");
      choices.put(each.oneOf("ResourceType", TYPES).orElseThrow(), choice(each));
    }
    Paging paging = Paging.read(call, Paging.Limits.USUAL);
    check(ids, choices);
    call.ready();
    for (String id : ids) {
      Images.check(id);
    }
    List<ImageReference> found = new ArrayList<>();
    for (ImageReference reference : ImageReference.shelf(call.region()).all()) {
      Choice choice = choices.get(reference.resourceType());
      if (ids.contains(reference.imageId()) && choice != null && choice.takes(reference)) {
        found.add(reference);
      }
    }
    Paging.Page<ImageReference> page =
        paging.cut(found, ImageReference::id, reference -> true, false);
    call.xml()
        .list(
            "imageReferenceSet",
            page.items(),
            (xml, reference) ->
                xml.text("imageId", reference.imageId())
                    .text("resourceType", reference.resourceType())
                    .text("arn", reference.arn()));
    call.xml().text("nextToken", page.token());
  }

  private static void check(List<String> ids, Map<String, Choice> choices) throws FailureException {
    if (ids.isEmpty()) {
      throw Ec2Failures.missing("ImageId");
    }
    if (ids.size() > MOST_IMAGES) {
      throw Ec2Failures.invalid("At most " + MOST_IMAGES + " image ids can be given.");
    }
    if (choices.isEmpty()) {
      throw Ec2Failures.of(
          "MissingParameter", "Either IncludeAllResourceTypes or ResourceTypes must be specified.");
    }
  }

  private static Choice choice(Parameters type) throws FailureException {
    Choice choice = Choice.USUAL;
    for (Parameters option : type.structures("ResourceTypeOption")) {
      option.required("OptionName");
      String name = option.oneOf("OptionName", Set.of("state-name", "version-depth")).orElseThrow();
      List<String> values = option.texts("OptionValue");
      choice =
          name.equals("state-name")
              ? new Choice(values, choice.versions())
              : new Choice(choice.states(), depth(values));
    }
    return choice;
  }

  private static int depth(List<String> values) throws FailureException {
    String text = values.size() == 1 ? values.get(0) : "";
    if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > MOST_VERSIONS) {
      throw Ec2Failures.invalid("version-depth", text, "Expecting 1 to " + MOST_VERSIONS);
    }
    return Integer.parseInt(text);
  }
}

package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One filter of a list: something passes when any of its values fits any pattern.
 *
 * @param patterns what {@code *}, {@code ?} and a backslash before them stand for is worked in
 */
record Filter(String name, List<Pattern> patterns) {

  private static final int MOST_VALUES = 200;

  /** Reads {@code Filter.N.Name} and {@code Filter.N.Value.M}. */
  static List<Filter> read(Parameters parameters) throws FailureException {
    List<Filter> filters = new ArrayList<>();
    int values = 0;
    for (Parameters each : parameters.structures("Filter")) {
      String name = each.required("Name");
      List<String> texts = each.texts("Value");
      if (texts.isEmpty()) {
        throw Ec2Failures.missing(each.name("Value"));
      }
      values += texts.size();
      filters.add(new Filter(name, texts.stream().map(Filter::pattern).toList()));
    }
    if (values > MOST_VALUES) {
      throw Ec2Failures.of(
          "FilterLimitExceeded", "The maximum number of filter values is " + MOST_VALUES);
    }
    return filters;
  }

  boolean passes(Stream<String> values) {
    return values.anyMatch(
        value -> patterns.stream().anyMatch(pattern -> pattern.matcher(value).matches()));
  }

  private static Pattern pattern(String text) {
    StringBuilder regex = new StringBuilder();
    int[] points = text.codePoints().toArray();
    for (int at = 0; at < points.length; at++) {
      if (points[at] == '*') {
        regex.append(".*");
      } else if (points[at] == '?') {
        regex.append('.');
      } else {
        boolean escaped =
            points[at] == '\\' && at + 1 < points.length && "*?\\".indexOf(points[at + 1]) >= 0;
        at += escaped ? 1 : 0;
        regex.append(Pattern.quote(Character.toString(points[at])));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}

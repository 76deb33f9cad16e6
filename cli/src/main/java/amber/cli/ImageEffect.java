package amber.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of an AMI.
 *
 * @param well whether all of it is as was asked for
 * @param text in words, the AMI's name not among them
 */
record ImageEffect(boolean well, List<String> text, Map<String, Object> json) {

  static ImageEffect well(String text) {
    return new ImageEffect(true, List.of(text), Map.of());
  }

  /** The same with one more thing. */
  ImageEffect with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(json);
    more.put(name, value);
    return new ImageEffect(well, text, more);
  }
}

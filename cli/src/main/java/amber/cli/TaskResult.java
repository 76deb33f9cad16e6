package amber.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the record of a task tells of what came of it. */
final class TaskResult {

  private TaskResult() {}

  /** Something that is found there. */
  static Map<String, Object> of(String location) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("location", location);
    return result;
  }

  /** An archive of so many bytes. */
  static Map<String, Object> ofArchive(String location, long storedBytes) {
    Map<String, Object> result = of(location);
    result.put("storedBytes", storedBytes);
    return result;
  }

  /** An image that is registered. */
  static Map<String, Object> ofImage(String imageId) {
    Map<String, Object> result = of(imageId);
    result.put("imageId", imageId);
    return result;
  }
}

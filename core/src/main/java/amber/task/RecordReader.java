package amber.task;

import java.io.IOException;
import java.util.Map;

/** Takes the records of a journal, in order. */
@FunctionalInterface
public interface RecordReader {

  /**
   * One record.
   *
   * @param type says what it is about
   * @param fields what it says, by name
   */
  void accept(String type, Map<String, Object> fields) throws IOException;
}

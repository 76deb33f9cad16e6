package amber.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A result, for programs and for people. */
record Document(Map<String, Object> json, List<String> text) {

  /** The same with one more thing at its end. */
  Document with(String name, Object value, List<String> lines) {
    Map<String, Object> more = new LinkedHashMap<>(json);
    more.put(name, value);
    List<String> longer = new ArrayList<>(text);
    longer.addAll(lines);
    return new Document(more, longer);
  }

  /** The same with the bill of what was planned, if there is any. */
  Document with(Bill bill) {
    return bill.isEmpty() ? this : with("bill", bill.json(), bill.text());
  }
}

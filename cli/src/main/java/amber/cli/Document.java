package amber.cli;

import amber.work.Preflight;
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

  /** The same with what was checked before, if anything was. */
  Document with(List<Preflight.Finding> findings) {
    if (findings.isEmpty()) {
      return this;
    }
    List<Map<String, Object>> items = new ArrayList<>();
    List<String> lines = new ArrayList<>(List.of("checked, and found"));
    for (Preflight.Finding finding : findings) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("where", finding.where());
      item.put("found", finding.what());
      items.add(item);
      lines.add("  %s: %s".formatted(finding.where(), finding.what()));
    }
    return with("preflight", items, lines);
  }

  /** The same with the bill of what was planned, if there is any. */
  Document with(Bill bill) {
    return bill.isEmpty() ? this : with("bill", bill.json(), bill.text());
  }
}

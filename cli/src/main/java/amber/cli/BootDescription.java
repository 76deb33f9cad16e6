package amber.cli;

import amber.disk.BootSigns;
import amber.image.BootOutlook;
import amber.image.BootOutlook.MadeFor;
import amber.image.Image;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How instances of an image start, for programs and for people. */
final class BootDescription {

  private BootDescription() {}

  /** Adds it to the description of an image whose disk nobody has looked at. */
  static void add(Image image, Map<String, Object> json, List<String> text) {
    add(image, MadeFor.UNKNOWN, json, text);
  }

  /**
   * Adds it to the description of an image, if so much is known of it.
   *
   * @param madeFor what the system on its disk is made for
   */
  static void add(Image image, MadeFor madeFor, Map<String, Object> json, List<String> text) {
    Optional<BootOutlook> outlook = BootOutlook.of(image, madeFor);
    if (outlook.isPresent()) {
      json.put("boot", json(outlook.get()));
      text.addAll(text(outlook.get()));
    }
  }

  /** For programs. */
  static Map<String, Object> json(BootOutlook outlook) {
    List<Object> instances = new ArrayList<>();
    for (BootOutlook.Start start : outlook.starts()) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("kind", start.kind().id());
      item.put("mode", start.mode().orElse(null));
      item.put("text", start.text());
      instances.add(item);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("bootMode", outlook.bootMode().orElse(null));
    json.put("instances", instances);
    return json;
  }

  /** For people. */
  static List<String> text(BootOutlook outlook) {
    List<String> text = new ArrayList<>();
    text.add("starts, with boot mode " + outlook.bootMode().orElse("not set"));
    for (BootOutlook.Start start : outlook.starts()) {
      text.add(Text.format("  %-26s %s", start.kind().text(), start.text()));
    }
    if (outlook.starts().isEmpty()) {
      text.add("  as Macs do");
    }
    return text;
  }

  /** What a disk shows, for programs. */
  static Map<String, Object> json(BootSigns signs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partitions", signs.layout().id());
    json.put("iso", signs.isIso());
    json.put("biosBoot", signs.biosBoot());
    json.put("efiLoaders", signs.efiLoaders());
    json.put("found", signs.found());
    json.put("doubts", signs.doubts());
    return json;
  }

  /** What a disk shows, for people. */
  static List<String> text(BootSigns signs) {
    List<String> text = new ArrayList<>();
    text.add(ImageText.line("partitions", signs.text()));
    signs.doubts().forEach(doubt -> text.add(ImageText.line("doubt", doubt)));
    return text;
  }
}

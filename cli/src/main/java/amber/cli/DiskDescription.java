package amber.cli;

import amber.block.BlockSet;
import amber.disk.BootSigns;
import amber.disk.RawDisk;
import amber.image.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a raw disk or an image directory holds, as far as it shows without being read. */
final class DiskDescription {

  private final DiskSource source;
  private final List<BlockSet> listed = new ArrayList<>();
  private final List<BootSigns> signs = new ArrayList<>();

  /** Lists the blocks of all disks, and looks at how they start. */
  DiskDescription(DiskSource source) throws IOException {
    this.source = source;
    for (RawDisk disk : source.directory().volumes()) {
      listed.add(disk.listed());
      signs.add(disk.bootSigns());
    }
  }

  Document document() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "inspect");
    json.put("source", source.location());
    json.put("image", source.image().attributes());
    json.put("volumes", source.image().volumes().stream().map(this::json).toList());
    List<String> text = new ArrayList<>();
    text.add("disks " + source.location());
    text.add(ImageText.line("format", "raw, in no archive"));
    text.addAll(ImageText.of(source.image()));
    BootDescription.add(source.image(), signs.get(0).madeFor(), json, text);
    source.image().volumes().forEach(volume -> text(text, volume));
    return new Document(json, text);
  }

  private RawDisk disk(Volume volume) {
    return source.directory().volumes().get(volume.number());
  }

  private Map<String, Object> json(Volume volume) {
    BlockSet blocks = listed.get(volume.number());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", volume.number());
    volume.device().ifPresent(device -> json.put("device", device));
    json.put("path", disk(volume).location());
    json.put("sizeBytes", volume.sizeBytes());
    json.put("listedBlocks", blocks.size());
    json.put("listedBytes", Sizes.listedBytes(blocks, volume.sizeBytes()));
    json.put("extents", blocks.extentCount());
    json.put("holesKnown", !disk(volume).holesUnknown());
    json.put("layout", BootDescription.json(signs.get(volume.number())));
    return json;
  }

  private void text(List<String> text, Volume volume) {
    BlockSet blocks = listed.get(volume.number());
    text.add(volume + " " + disk(volume).location());
    text.add(
        ImageText.line(
            "size",
            "%s (%s)"
                .formatted(
                    Text.bytes(volume.sizeBytes()), Text.count(volume.sizeBytes(), "byte"))));
    text.add(
        ImageText.line(
            "listed",
            "%s in %s, %s"
                .formatted(
                    Text.bytes(Sizes.listedBytes(blocks, volume.sizeBytes())),
                    Text.count(blocks.size(), "block"),
                    Text.count(blocks.extentCount(), "extent"))));
    text.addAll(BootDescription.text(signs.get(volume.number())));
    if (disk(volume).holesUnknown()) {
      text.add(ImageText.line("holes", "the system cannot tell them"));
    }
  }
}

package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.Geometry;
import amber.archive.VolumeEntry;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.image.Volume;
import amber.seal.SealedArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that an archive's ends tell. */
final class ArchiveDescription {

  private final ArchiveReader archive;
  private final Optional<SealedArchive> sealed;

  /**
   * A description.
   *
   * @param sealed what it was found in, if it is encrypted
   */
  ArchiveDescription(ArchiveReader archive, Optional<SealedArchive> sealed) {
    this.archive = archive;
    this.sealed = sealed;
  }

  Document document() {
    return new Document(json(), text());
  }

  /** As it is stored. */
  private long sizeBytes() {
    return sealed.map(SealedArchive::sizeBytes).orElse(archive.sizeBytes());
  }

  /** One volume in numbers. */
  private record Figures(Volume volume, VolumeEntry entry, long storedBytes, String sha256) {

    long listedBytes() {
      return Sizes.listedBytes(entry.listed(), entry.sizeBytes());
    }

    /** At most what is listed: the last block may be short, and zero. */
    long zeroBytes() {
      return Math.min(entry.zeroBlocks() * Block.SIZE, listedBytes());
    }

    long dataBytes() {
      return listedBytes() - zeroBytes();
    }
  }

  private List<Figures> volumes() {
    List<Figures> volumes = new ArrayList<>();
    for (Volume volume : archive.image().volumes()) {
      int number = volume.number();
      VolumeEntry entry = archive.index().volumes().get(number);
      String sha256 = BlockDigest.hex(archive.seal().volumes().get(number).linearSha256());
      volumes.add(new Figures(volume, entry, archive.index().storedBytes(entry), sha256));
    }
    return volumes;
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "inspect");
    json.put("archive", archive.location());
    json.put("sizeBytes", sizeBytes());
    json.put("formatVersion", archive.formatVersion());
    json.put("uuid", archive.index().uuid().toString());
    json.put("createdAt", archive.seal().createdAt().toString());
    json.put("tool", archive.seal().tool());
    Geometry geometry = archive.index().geometry();
    Map<String, Object> cut = new LinkedHashMap<>();
    cut.put("blockBytes", Block.SIZE);
    cut.put("blocksPerFrame", geometry.blocksPerFrame());
    cut.put("blocksPerSegment", geometry.blocksPerSegment());
    json.put("geometry", cut);
    json.put("frames", archive.index().frameCount());
    json.put("segments", archive.index().segmentCount());
    json.put("manifestSha256", BlockDigest.hex(archive.seal().manifestSha256()));
    json.put("indexSha256", BlockDigest.hex(archive.seal().indexSha256()));
    sealed.ifPresent(found -> json.put("sealed", true));
    json.put("encryptedTo", SealedDescription.json(sealed));
    json.put("signedBy", SignatureDescription.json(archive));
    json.put("image", archive.image().attributes());
    BootDescription.add(archive.image(), json, new ArrayList<>());
    json.put("volumes", volumes().stream().map(this::json).toList());
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("bytes", archive.bytesRead());
    read.put("reads", archive.reads());
    json.put("read", read);
    return json;
  }

  private Map<String, Object> json(Figures figures) {
    VolumeEntry entry = figures.entry();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", figures.volume().number());
    figures.volume().device().ifPresent(device -> json.put("device", device));
    json.put("file", figures.volume().file());
    json.put("sizeBytes", entry.sizeBytes());
    json.put("listedBlocks", entry.listed().size());
    json.put("listedBytes", figures.listedBytes());
    json.put("zeroBlocks", entry.zeroBlocks());
    json.put("zeroBytes", figures.zeroBytes());
    json.put("dataBytes", figures.dataBytes());
    json.put("storedBytes", figures.storedBytes());
    json.put("ratio", Sizes.ratio(figures.listedBytes(), figures.storedBytes()));
    json.put("extents", entry.listed().extentCount());
    json.put("frames", archive.index().frameCount(entry));
    json.put("segments", entry.segmentCount());
    json.put("linearSha256", figures.sha256());
    return json;
  }

  private List<String> text() {
    List<String> text = new ArrayList<>();
    Geometry geometry = archive.index().geometry();
    text.add("archive " + archive.location());
    line(text, "size", sizeText(sizeBytes()));
    line(
        text,
        "format",
        Text.format(
            "version %d, frames of %s, segments of %s",
            archive.formatVersion(),
            Text.bytes(geometry.frameBytes()),
            Text.bytes((long) geometry.blocksPerSegment() * Block.SIZE)));
    line(text, "uuid", archive.index().uuid().toString());
    line(text, "created", archive.seal().createdAt() + " by " + archive.seal().tool());
    line(text, "manifest", "SHA-256 " + BlockDigest.hex(archive.seal().manifestSha256()));
    line(text, "index", "SHA-256 " + BlockDigest.hex(archive.seal().indexSha256()));
    SealedDescription.lines(sealed).forEach(line -> line(text, "encrypted to", line));
    SignatureDescription.text(archive).forEach((name, value) -> line(text, name, value));
    text.addAll(ImageText.of(archive.image()));
    BootDescription.add(archive.image(), new LinkedHashMap<>(), text);
    volumes().forEach(figures -> volumeText(text, figures));
    text.add(
        "read %s in %s"
            .formatted(
                Text.count(archive.bytesRead(), "byte"), Text.count(archive.reads(), "read")));
    return text;
  }

  private void volumeText(List<String> text, Figures figures) {
    VolumeEntry entry = figures.entry();
    text.add(figures.volume() + " " + figures.volume().file());
    line(text, "size", sizeText(entry.sizeBytes()));
    line(
        text,
        "listed",
        "%s in %s, %s"
            .formatted(
                Text.bytes(figures.listedBytes()),
                Text.count(entry.listed().size(), "block"),
                Text.count(entry.listed().extentCount(), "extent")));
    line(text, "data", Text.bytes(figures.dataBytes()));
    line(
        text,
        "zero",
        "%s in %s"
            .formatted(Text.bytes(figures.zeroBytes()), Text.count(entry.zeroBlocks(), "block")));
    line(
        text,
        "stored",
        "%s, ratio %s"
            .formatted(
                Text.bytes(figures.storedBytes()),
                Text.ratio(figures.listedBytes(), figures.storedBytes())));
    line(
        text,
        "cut into",
        "%s, %s"
            .formatted(
                Text.count(archive.index().frameCount(entry), "frame"),
                Text.count(entry.segmentCount(), "segment")));
    line(text, "digest", "LINEAR SHA-256 " + figures.sha256());
  }

  private static String sizeText(long bytes) {
    return "%s (%s)".formatted(Text.bytes(bytes), Text.count(bytes, "byte"));
  }

  private static void line(List<String> text, String name, String value) {
    text.add(ImageText.line(name, value));
  }
}

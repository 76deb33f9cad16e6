package amber.cli;

import amber.Progress;
import amber.ReadPlan;
import amber.block.BlockDigest;
import amber.image.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of reading an image that is in no archive.
 *
 * @param linear the LINEAR digest of each volume
 */
record ImageVerification(
    PackSource source, ReadPlan plan, List<byte[]> linear, Progress.Snapshot counts) {

  Document document(Stopwatch watch) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "verify");
    json.put("source", source.location());
    json.put("mode", "full");
    json.put("complete", true);
    // Disks have none; what is read of them is what they hold.
    boolean checksums = source instanceof AmiSource;
    json.put("checksums", checksums);
    json.put("volumes", plan.volumes().size());
    json.put("listedBlocks", plan.blockCount());
    json.put("listedBytes", Sizes.listedBytes(plan));
    json.put("zeroBlocks", counts.zeroBlocks());
    json.put("linearSha256", linear.stream().map(BlockDigest::hex).toList());
    json.put("seconds", watch.seconds());
    List<String> text = new ArrayList<>();
    text.add(
        "verified %s: every block %s: %s, %s in %s (%s zero), %s"
            .formatted(
                source.location(),
                checksums ? "has EBS's checksum" : "can be read",
                Text.count(plan.volumes().size(), "volume"),
                Text.bytes(Sizes.listedBytes(plan)),
                Text.count(plan.blockCount(), "block"),
                Text.count(counts.zeroBlocks()),
                watch.text()));
    for (Volume volume : plan.volumes()) {
      text.add(
          "  %s: LINEAR SHA-256 %s"
              .formatted(volume, BlockDigest.hex(linear.get(volume.number()))));
    }
    return new Document(json, text);
  }
}

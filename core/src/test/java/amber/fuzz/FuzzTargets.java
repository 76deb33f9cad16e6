package amber.fuzz;

import amber.JournalTarget;
import amber.archive.SegmentHeaderTarget;
import amber.disk.DiskTarget;
import amber.fuzz.EditedArchives.Part;
import amber.seal.EnvelopeTarget;
import amber.seal.SealedTarget;
import amber.seal.SignatureTarget;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The targets by name. */
public final class FuzzTargets {

  private FuzzTargets() {}

  /** All targets. */
  public static SortedMap<String, FuzzTarget> all() throws IOException {
    SortedMap<String, FuzzTarget> targets = new TreeMap<>();
    targets.put("archive", new ArchiveTarget());
    for (Part part : Part.values()) {
      targets.put(part.targetName(), new EditedArchiveTarget(part));
    }
    targets.put("segment-header", new SegmentHeaderTarget());
    targets.put("manifest", new ManifestTarget());
    targets.put("journal", new JournalTarget());
    targets.put("signature", new SignatureTarget());
    targets.put("envelope", new EnvelopeTarget());
    targets.put("sealed", new SealedTarget(SealedTarget.Part.ALL));
    targets.put("sealed-locator", new SealedTarget(SealedTarget.Part.LOCATOR));
    targets.put("sealed-map", new SealedTarget(SealedTarget.Part.MAP));
    targets.put("disk", new DiskTarget());
    return Collections.unmodifiableSortedMap(targets);
  }

  /** The target of that name, {@link AnyTarget} among them. */
  static FuzzTarget named(String name) throws IOException {
    FuzzTarget target = name.equals(AnyTarget.NAME) ? new AnyTarget() : all().get(name);
    if (target == null) {
      throw new IllegalArgumentException(
          "no fuzz target '%s', should be one of %s".formatted(name, all().keySet()));
    }
    return target;
  }
}

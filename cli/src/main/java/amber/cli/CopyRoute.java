package amber.cli;

import amber.Copier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which way the bytes of a copy go.
 *
 * @param way who copies
 * @param warnings what should be known of it
 */
record CopyRoute(Way way, List<String> warnings) {

  /**
   * Up to this, the transfer manager asks once. Of what it sends in parts it does not tell how to
   * find it again.
   */
  private static final long MOST_AT_ONCE = 16L << 20;

  /** Above this, parts that the transfer manager chooses do not fit in its memory. */
  private static final long MOST_FOR_MANAGER = 512L << 30;

  /** Who copies. */
  enum Way {
    /** S3 by itself; no byte comes here. */
    SERVER_SIDE("server-side", "by S3 itself"),
    /** The SDK's transfer manager, between a file and S3. */
    TRANSFER_MANAGER("transfer-manager", "by the transfer manager"),
    /** Amber, by reading here and writing there. */
    STREAMED("streamed", "through this machine");

    private final String id;
    private final String text;

    Way(String id, String text) {
      this.id = id;
      this.text = text;
    }

    /** For programs. */
    String id() {
      return id;
    }

    /** For people. */
    String text() {
      return text;
    }
  }

  /**
   * Chooses.
   *
   * @param stream whether the bytes shall come by in any case
   * @param recorded whether a later run shall go on with what this one leaves
   * @throws RefusedException if target and source are the same
   */
  static CopyRoute of(
      CopySource source,
      AwsSide fromSide,
      CopyTarget target,
      AwsSide toSide,
      boolean stream,
      boolean recorded)
      throws IOException {
    boolean fromObject = source.object().isPresent();
    boolean toObject = target.object().isPresent();
    if (fromObject && toObject) {
      return between(source, fromSide, target, toSide, stream);
    }
    boolean manager =
        fromObject != toObject
            && !stream
            && target.settings().transfer().checksums()
            && source.sizeBytes() <= (recorded ? MOST_AT_ONCE : MOST_FOR_MANAGER);
    return new CopyRoute(manager ? Way.TRANSFER_MANAGER : Way.STREAMED, List.of());
  }

  private static CopyRoute between(
      CopySource source, AwsSide fromSide, CopyTarget target, AwsSide toSide, boolean stream)
      throws IOException {
    boolean same = fromSide.isSameToS3(toSide);
    if (same && source.location().equals(target.location())) {
      throw CopyTarget.sameAsSource(target.location());
    }
    List<String> warnings = new ArrayList<>();
    if (!fromSide.s3Partition().equals(toSide.s3Partition())) {
      warnings.add(
          "the copy leaves partition %s for %s: see that the law lets what is in it go there"
              .formatted(fromSide.s3Partition(), toSide.s3Partition()));
    }
    return new CopyRoute(same && !stream ? Way.SERVER_SIDE : Way.STREAMED, warnings);
  }

  /** Adds what a copy this way asks of AWS. */
  void charge(Bill bill, CopySource source, CopyTarget target) {
    long pieces = Math.max(1, Copier.bound(source.sizeBytes()).segments());
    if (source.object().isPresent() && way != Way.SERVER_SIDE) {
      bill.readArchive(pieces, source.sizeBytes());
    }
    if (target.object().isPresent()) {
      bill.writeArchive(pieces, source.sizeBytes(), target.settings().storageClass());
    }
  }
}

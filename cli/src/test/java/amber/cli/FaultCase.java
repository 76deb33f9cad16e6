package amber.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One harm to some calls of one operation in one flow.
 *
 * @param operation the service and the operation, such as {@code s3:UploadPart}; {@code *} for all
 *     of them
 * @param calls how often an undisturbed run calls it
 * @param place which of its calls: first, middle, last or every
 * @param rule how the emulator is told
 */
record FaultCase(
    FaultFlow flow, String operation, long calls, Harm harm, Place place, String rule) {

  /** What happens to a call. */
  enum Harm {
    ERROR_500("500", "status=500"),
    ERROR_503("503", "status=503"),
    THROTTLE("throttle", "throttle"),
    SILENCE("silence", "silence"),
    SILENCE_AFTER("silence after", "silence-after"),
    CUT_BEFORE("cut before", "cut-before"),
    CUT_AFTER("cut after", "cut-after"),
    TRUNCATE("truncated", "truncate"),
    FLIP("flipped", "flip"),
    FLIP_REQUEST("flipped on the way", "flip-request"),
    UNSEEN("not yet seen", "unseen"),
    EXPIRED("session ended", "expired-token"),
    DENIED("refused", "deny"),
    EXPIRED_ON("session over", "expired-token"),
    DENIED_ON("refused on", "deny");

    private final String words;
    private final String action;

    Harm(String words, String action) {
      this.words = words;
      this.action = action;
    }

    String words() {
      return words;
    }

    /** Whether it happens to all calls from one on, and not to some only. */
    boolean lasts() {
      return this == EXPIRED_ON || this == DENIED_ON;
    }

    private boolean concerns(FaultFlow flow, String operation) {
      String service = operation.substring(0, operation.indexOf(':'));
      return switch (this) {
        case FLIP -> ANSWERS_WITH_DATA.contains(operation);
        case FLIP_REQUEST -> REQUESTS_WITH_DATA.contains(operation);
        case UNSEEN -> flow.makes().contains(service) && NAMING_WHAT_IS_MADE.contains(operation);
        default -> lasts() || !operation.endsWith("*");
      };
    }
  }

  /** Which calls. */
  enum Place {
    FIRST,
    MIDDLE,
    LAST,
    EVERY
  }

  // What is flipped here is noticed: by checksums of the archive, of its parts or of its blocks.
  private static final Set<String> ANSWERS_WITH_DATA =
      Set.of("s3:GetObject", "ebs:GetSnapshotBlock");
  private static final Set<String> REQUESTS_WITH_DATA =
      Set.of("s3:UploadPart", "s3:PutObject", "ebs:PutSnapshotBlock");
  private static final Set<String> NAMING_WHAT_IS_MADE =
      Set.of(
          "s3:UploadPart",
          "s3:ListParts",
          "s3:CompleteMultipartUpload",
          "s3:AbortMultipartUpload",
          "ebs:PutSnapshotBlock",
          "ebs:CompleteSnapshot",
          "ec2:DescribeSnapshots",
          "ec2:DescribeImages",
          "ec2:DescribeImageAttribute",
          "ec2:RegisterImage",
          "ec2:DeregisterImage",
          "ec2:DeleteSnapshot",
          "ec2:CreateTags",
          "ec2:DeleteTags");

  private static final int EVERY_NTH = 3;

  /** How many calls in a row do not see what is new. */
  private static final int LOOKS = 3;

  /** All cases of an operation that an undisturbed run calls so often. */
  static List<FaultCase> of(FaultFlow flow, String operation, long calls, Random random) {
    List<FaultCase> cases = new ArrayList<>();
    for (Harm harm : Harm.values()) {
      if (!harm.concerns(flow, operation)) {
        continue;
      }
      Set<String> rules = new LinkedHashSet<>();
      for (Place place : Place.values()) {
        long middle = calls < 3 ? 1 : 2 + random.nextInt((int) calls - 2);
        String which =
            switch (place) {
              case FIRST -> which(harm, 1);
              case MIDDLE -> which(harm, middle);
              case LAST -> which(harm, calls);
              // What lasts begins at another call instead.
              case EVERY ->
                  harm.lasts() || calls < EVERY_NTH
                      ? which(harm, middle)
                      : "every=" + EVERY_NTH + ":";
            };
        if (rules.add(which)) {
          String rule = "%s:%s%s".formatted(operation, which, harm.action);
          cases.add(new FaultCase(flow, operation, calls, harm, place, rule));
        }
      }
    }
    return cases;
  }

  private static String which(Harm harm, long call) {
    String before = call == 1 ? "" : "after=" + (call - 1) + ":";
    if (harm == Harm.UNSEEN) {
      return "%sfirst=%d:".formatted(before, call - 1 + LOOKS);
    }
    return harm.lasts() ? before : "nth=" + call + ":";
  }

  /** What tells the case from all others of a campaign, whatever its seed. */
  String name() {
    return String.join("\t", flow.name(), operation, harm.name(), place.name());
  }

  @Override
  public String toString() {
    return flow.name() + " with " + rule;
  }
}

package amber.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One harm to some calls of one operation in one flow.
 *
 * @param operation the service and the operation, such as {@code s3:UploadPart}
 * @param place which of its calls: first, middle, last or every
 * @param rule how the emulator is told
 */
record FaultCase(FaultFlow flow, String operation, Harm harm, Place place, String rule) {

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
    EXPIRED("session ended", "expired-token"),
    DENIED("refused", "deny");

    private final String words;
    private final String action;

    Harm(String words, String action) {
      this.words = words;
      this.action = action;
    }

    String words() {
      return words;
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

  private static final int EVERY_NTH = 3;

  /** All cases of an operation that an undisturbed run calls so often. */
  static List<FaultCase> of(FaultFlow flow, String operation, long calls, Random random) {
    List<FaultCase> cases = new ArrayList<>();
    for (Harm harm : Harm.values()) {
      boolean unseen =
          (harm == Harm.FLIP && !ANSWERS_WITH_DATA.contains(operation))
              || (harm == Harm.FLIP_REQUEST && !REQUESTS_WITH_DATA.contains(operation));
      if (unseen) {
        continue;
      }
      Set<Long> numbers = new LinkedHashSet<>();
      for (Place place : Place.values()) {
        long number =
            switch (place) {
              case FIRST -> 1;
              case MIDDLE -> calls < 3 ? 1 : 2 + random.nextInt((int) calls - 2);
              case LAST -> calls;
              case EVERY -> calls < EVERY_NTH ? 1 : -EVERY_NTH;
            };
        if (numbers.add(number)) {
          cases.add(new FaultCase(flow, operation, harm, place, rule(operation, number, harm)));
        }
      }
    }
    return cases;
  }

  private static String rule(String operation, long number, Harm harm) {
    String which = number > 0 ? "nth=" + number : "every=" + -number;
    return "%s:%s:%s".formatted(operation, which, harm.action);
  }

  @Override
  public String toString() {
    return flow.name() + " with " + rule;
  }
}

package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads what requests carry outside of their bodies, and refuses what is not as it should be. */
final class Parameters {

  private static final Pattern SNAPSHOT_ID = Pattern.compile("snap-[0-9a-f]+");
  private static final int SNAPSHOT_ID_MOST = 64;

  private Parameters() {}

  static String snapshotId(String text) throws FailureException {
    if (text.length() > SNAPSHOT_ID_MOST || !SNAPSHOT_ID.matcher(text).matches()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_SNAPSHOT_ID, "The snapshot ID '" + text + "' is not valid.");
    }
    return text;
  }

  static int blockIndex(String text) throws FailureException {
    OptionalInt index = whole(text);
    if (index.isEmpty() || index.getAsInt() < 0) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_BLOCK, "The block index '" + text + "' is not valid.");
    }
    return index.getAsInt();
  }

  /** A number of the query; empty when it is not given. */
  static OptionalInt queried(Request request, String name) throws FailureException {
    Optional<String> text = request.target().parameter(name);
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(name, text.get()));
  }

  /** A number that a header must give. */
  static int header(Request request, String name) throws FailureException {
    return number(name, requiredHeader(request, name));
  }

  static String requiredHeader(Request request, String name) throws FailureException {
    Optional<String> value = request.header(name);
    if (value.isEmpty()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE, "The header " + name + " is required.");
    }
    return value.get().strip();
  }

  static int number(String name, String text) throws FailureException {
    OptionalInt number = whole(text);
    if (number.isEmpty()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_PARAMETER_VALUE,
          "The value '" + text + "' of " + name + " is not a number.");
    }
    return number.getAsInt();
  }

  private static OptionalInt whole(String text) {
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}

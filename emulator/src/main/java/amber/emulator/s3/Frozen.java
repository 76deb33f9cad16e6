package amber.emulator.s3;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Objects in GLACIER and DEEP_ARCHIVE: not readable until they are restored for some days. */
final class Frozen {

  private static final Set<String> CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");
  private static final Pattern DAYS = Pattern.compile("<Days>\\s*(\\d+)\\s*</Days>");
  private static final Pattern TIER = Pattern.compile("<Tier>\\s*(\\w+)\\s*</Tier>");
  private static final int MOST_BODY_BYTES = 64 << 10;

  private final S3Rules rules;
  private final Map<String, Shelf<Thaw>> shelves = new ConcurrentHashMap<>();

  Frozen(S3Rules rules) {
    this.rules = rules;
  }

  /**
   * A copy that was asked for.
   *
   * @param id a digest of the object's bucket, key and ETag
   */
  record Thaw(String id, Instant readyAt, Instant until) {}

  /** Refuses to read an object that is archived; tells how its copy is doing. */
  Response checked(Region region, S3Target target, Response response, boolean head)
      throws IOException {
    if (!isFrozen(response)) {
      return response;
    }
    Optional<Thaw> thaw = thaw(region, id(target, response));
    boolean ready = thaw.isPresent() && !region.clock().instant().isBefore(thaw.get().readyAt());
    if (!head && !ready) {
      discard(response);
      throw invalidState("The operation is not valid for the object's storage class");
    }
    return thaw.isPresent() ? response.with("x-amz-restore", status(ready, thaw.get())) : response;
  }

  /** RestoreObject, given what a HEAD of the object says. */
  Response restore(Region region, S3Target target, Response head, Request request)
      throws IOException {
    if (head.status() != 200) {
      throw S3Failures.refused(404, "NoSuchKey", "The specified key does not exist.");
    }
    if (!isFrozen(head)) {
      throw invalidState("Restore is not allowed for the object's current storage class");
    }
    String body = new String(request.body().readNBytes(MOST_BODY_BYTES), StandardCharsets.UTF_8);
    Matcher days = DAYS.matcher(body);
    Matcher tier = TIER.matcher(body);
    if (!days.find() || days.group(1).equals("0")) {
      throw S3Failures.refused(400, "MalformedXML", "The XML you provided was not well-formed");
    }
    if (tier.find()
        && tier.group(1).equals("Expedited")
        && head.header("x-amz-storage-class").equals(Optional.of("DEEP_ARCHIVE"))) {
      throw S3Failures.refused(
          400, "InvalidArgument", "Expedited is not possible for DEEP_ARCHIVE");
    }
    Instant now = region.clock().instant();
    Optional<Thaw> before = thaw(region, id(target, head));
    if (before.isPresent() && now.isBefore(before.get().readyAt())) {
      throw S3Failures.refused(
          409, "RestoreAlreadyInProgress", "Object restore is already in progress");
    }
    Instant readyAt = before.isPresent() ? before.get().readyAt() : now.plus(rules.restoreDelay());
    Instant until =
        now.plus(Duration.ofDays(Long.parseLong(days.group(1)) + 1)).truncatedTo(ChronoUnit.DAYS);
    shelf(region).put(new Thaw(id(target, head), readyAt, until));
    return Response.of(before.isPresent() ? 200 : 202);
  }

  private static boolean isFrozen(Response response) {
    return response.status() < 300
        && response.header("x-amz-storage-class").filter(CLASSES::contains).isPresent();
  }

  private Optional<Thaw> thaw(Region region, String id) throws IOException {
    return shelf(region).find(id).filter(found -> region.clock().instant().isBefore(found.until()));
  }

  private Shelf<Thaw> shelf(Region region) throws IOException {
    Shelf<Thaw> open = shelves.get(region.name());
    if (open == null) {
      open = region.shelf("restored-objects", Thaw.class, Thaw::id);
      shelves.put(region.name(), open);
    }
    return open;
  }

  private static String id(S3Target target, Response response) {
    String text = target.bucket() + "/" + target.key() + "/" + response.header("etag").orElse("");
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: no SHA-256", e);
    }
  }

  private static String status(boolean ready, Thaw thaw) {
    return ready
        ? "ongoing-request=\"false\", expiry-date=\""
            + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                .format(thaw.until().atOffset(ZoneOffset.UTC))
            + "\""
        : "ongoing-request=\"true\"";
  }

  private static void discard(Response response) throws IOException {
    response.body().writeTo(OutputStream.nullOutputStream());
  }

  private static FailureException invalidState(String message) {
    return S3Failures.refused(403, "InvalidObjectState", message);
  }
}

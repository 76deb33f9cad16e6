package amber.emulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A signed request, as a service sees it. Its body is a stream that can be read once, by one
 * thread; the first byte asked for sends the {@code 100 Continue} that a client may wait for, so
 * that a request can be refused before its body is sent.
 */
public final class Request {

  // RegisterImage with 64,000 characters of UEFI data is the largest form.
  private static final int MAX_FORM_BYTES = 4 << 20;

  private final String id;
  private final String method;
  private final Target target;
  private final List<Header> headers;
  private final Scope scope;
  private InputStream body;
  private Map<String, String> form;
  private Instant seesUntil = Instant.MAX;

  /**
   * A request.
   *
   * @param id the id under which answers and logs name it
   */
  public Request(
      String id,
      String method,
      Target target,
      List<Header> headers,
      Scope scope,
      InputStream body) {
    this.id = id;
    this.method = method;
    this.target = target;
    this.headers = List.copyOf(headers);
    this.scope = scope;
    this.body = body;
  }

  /** The id under which the answer names the request. */
  public String id() {
    return id;
  }

  /** The method, in capitals. */
  public String method() {
    return method;
  }

  /** Path and parameters. */
  public Target target() {
    return target;
  }

  /** Who asks, and which region. */
  public Scope scope() {
    return scope;
  }

  /** All header lines, in the order received. */
  public List<Header> headers() {
    return headers;
  }

  /** The first value of a header, whatever the case of its name. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /** The bytes of the body. */
  public InputStream body() {
    return body;
  }

  /** Puts something between the body and its reader, before anybody has read of it. */
  public void filterBody(UnaryOperator<InputStream> filter) {
    body = filter.apply(body);
  }

  /** Lets the request see only what was there then, as if it had come to a machine that is late. */
  public void seeOnlyUntil(Instant time) {
    seesUntil = time;
  }

  /** Whether the request sees what was made at this time. */
  public boolean sees(Instant made) {
    return !made.isAfter(seesUntil);
  }

  /** Whether the request sees all that is there. */
  public boolean seesAll() {
    return seesUntil.equals(Instant.MAX);
  }

  /**
   * The parameters of the body of a form, and those of the query: the query protocol allows both.
   * Reads the body at the first call and keeps the outcome.
   */
  public Map<String, String> form() throws IOException {
    if (form == null) {
      byte[] bytes = body.readNBytes(MAX_FORM_BYTES + 1);
      if (bytes.length > MAX_FORM_BYTES) {
        throw new IOException(
            "request body: is over " + MAX_FORM_BYTES + " bytes, a form should be smaller");
      }
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      form = Target.parameters(List.of(target.rawQuery(), text));
    }
    return form;
  }
}

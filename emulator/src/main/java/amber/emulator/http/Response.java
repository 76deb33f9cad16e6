package amber.emulator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A service's answer.
 *
 * @param status the HTTP status
 * @param headers header lines in the order sent, without Content-Length
 * @param length how many bytes the body has, or {@link #UNKNOWN}, which is sent in chunks
 * @param body the bytes
 */
public record Response(int status, List<Header> headers, long length, Body body) {

  /** The length of a body that says it only when it ends. */
  public static final long UNKNOWN = -1;

  /** Copies the headers. */
  public Response {
    headers = List.copyOf(headers);
  }

  /** An answer without a body. */
  public static Response of(int status) {
    return new Response(status, List.of(), 0, Body.EMPTY);
  }

  /** An answer whose body is these bytes. */
  public static Response of(int status, String contentType, byte[] bytes) {
    return new Response(
        status,
        List.of(new Header("Content-Type", contentType)),
        bytes.length,
        out -> out.write(bytes));
  }

  /** This answer with one header more. */
  public Response with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, more, length, body);
  }

  /** This answer with other bytes in place of its own. */
  public Response withBody(long newLength, Body newBody) {
    return new Response(status, headers, newLength, newBody);
  }

  /** The value of a header, whatever the case of its name. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }
}

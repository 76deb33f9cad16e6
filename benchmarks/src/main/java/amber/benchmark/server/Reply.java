package amber.benchmark.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An answer.
 *
 * @param length what the headers say of the body, which HEAD leaves out
 * @param headers names and values in turns
 */
record Reply(int status, String type, List<String> headers, long length, ByteBuf body) {

  static final String JSON = "application/json";
  static final String XML = "application/xml";
  static final String BYTES = "application/octet-stream";

  static Reply of(int status) {
    return bytes(status, BYTES, Unpooled.EMPTY_BUFFER);
  }

  static Reply bytes(int status, String type, ByteBuf body) {
    return new Reply(status, type, List.of(), body.readableBytes(), body);
  }

  static Reply json(int status, String text) {
    return bytes(status, JSON, utf8(text));
  }

  static Reply xml(int status, String text) {
    return bytes(status, XML, utf8(text));
  }

  /** An error in S3's words. */
  static Reply s3Error(int status, String code) {
    return xml(
        status,
        "<Error><Code>%s</Code><Message>%s</Message><RequestId>0</RequestId></Error>"
            .formatted(code, code));
  }

  private static ByteBuf utf8(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This answer with more headers: names and values in turns. */
  Reply with(String... more) {
    List<String> all = new ArrayList<>(headers);
    all.addAll(List.of(more));
    return new Reply(status, type, all, length, body);
  }

  Reply with(Map<String, String> more) {
    List<String> all = new ArrayList<>(headers);
    more.forEach(
        (name, value) -> {
          all.add(name);
          all.add(value);
        });
    return new Reply(status, type, all, length, body);
  }

  /** The answer to HEAD. */
  Reply headOf(long bodyLength) {
    return new Reply(status, type, headers, bodyLength, Unpooled.EMPTY_BUFFER);
  }
}

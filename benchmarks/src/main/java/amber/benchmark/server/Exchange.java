package amber.benchmark.server;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** One request being taken in, until it can be answered. It stays on one thread. */
interface Exchange {

  /** Takes the next bytes of the body, which are the caller's again when this returns. */
  void take(ByteBuf content) throws IOException;

  /** The answer, when all of the body came. */
  Reply reply() throws IOException;

  /** An exchange that does not look at the body. */
  static Exchange of(Answer answer) {
    return new Exchange() {
      @Override
      public void take(ByteBuf content) {
        // Nobody wants it.
      }

      @Override
      public Reply reply() throws IOException {
        return answer.get();
      }
    };
  }

  /** An exchange with a short body, such as a form. */
  static Exchange withBody(BodyAnswer answer) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    return new Exchange() {
      @Override
      public void take(ByteBuf content) throws IOException {
        content.readBytes(body, content.readableBytes());
      }

      @Override
      public Reply reply() throws IOException {
        return answer.get(body.toByteArray());
      }
    };
  }

  /** Makes an answer. */
  @FunctionalInterface
  interface Answer {
    Reply get() throws IOException;
  }

  /** Makes an answer from a body. */
  @FunctionalInterface
  interface BodyAnswer {
    Reply get(byte[] body) throws IOException;
  }
}

package amber.emulator.fault;

import amber.emulator.http.CutException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Bodies that do not arrive as they should. */
final class BrokenBody {

  // Where the bit is in a body that does not say how long it is.
  private static final int SOMEWHERE = 1024;

  private BrokenBody() {}

  static void discard(Response response) throws IOException {
    response.body().writeTo(OutputStream.nullOutputStream());
  }

  /** The first bytes, or half of them, and then the end of the connection. */
  static Response truncated(Response response, long bytes) {
    long most = bytes >= 0 ? bytes : Math.max(0, response.length() / 2);
    return response.withBody(
        response.length(),
        out -> {
          response.body().writeTo(new Cutting(out, most));
          out.flush();
          throw new CutException("body truncated");
        });
  }

  /** The body with one bit changed. */
  static Response flipped(Response response, SplittableRandom random) {
    if (response.length() == 0) {
      return response;
    }
    long length = response.length() > 0 ? response.length() : SOMEWHERE;
    long place = random.nextLong(length);
    int bit = 1 << random.nextInt(8);
    return response.withBody(
        response.length(), out -> response.body().writeTo(new Flipping(out, place, bit)));
  }

  /** Changes one bit of the body of a request, which nobody has read yet. */
  static void flip(Request request, SplittableRandom random) {
    long length = request.header("Content-Length").map(Long::parseLong).orElse((long) SOMEWHERE);
    if (length > 0) {
      long place = random.nextLong(length);
      int bit = 1 << random.nextInt(8);
      request.filterBody(body -> new FlippingInput(body, place, bit));
    }
  }

  /** The body, so many bytes a second. */
  static Response dripping(Response response, int bytesPerSecond) {
    return response.withBody(
        response.length(), out -> response.body().writeTo(new Dripping(out, bytesPerSecond)));
  }

  private static final class FlippingInput extends FilterInputStream {

    private final long place;
    private final int bit;
    private long at;

    FlippingInput(InputStream in, long place, int bit) {
      super(in);
      this.place = place;
      this.bit = bit;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      return value < 0 || at++ != place ? value : value ^ bit;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int count = in.read(bytes, from, length);
      long index = place - at;
      if (index >= 0 && index < count) {
        bytes[from + (int) index] ^= (byte) bit;
      }
      at += Math.max(0, count);
      return count;
    }
  }

  private static final class Dripping extends FilterOutputStream {

    private static final int DROPS_PER_SECOND = 10;

    private final int bytesPerSecond;

    Dripping(OutputStream out, int bytesPerSecond) {
      super(out);
      this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int drop = Math.max(1, bytesPerSecond / DROPS_PER_SECOND);
      for (int at = 0; at < length; at += drop) {
        int some = Math.min(drop, length - at);
        // Before, so that whoever reads it waits for the last drop as well.
        pause(TimeUnit.SECONDS.toNanos(some) / bytesPerSecond);
        out.write(bytes, from + at, some);
        out.flush();
      }
    }

    private static void pause(long nanos) throws IOException {
      try {
        TimeUnit.NANOSECONDS.sleep(nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException stopped = new InterruptedIOException("the emulator is stopping");
        stopped.initCause(e);
        throw stopped;
      }
    }
  }

  private static final class Cutting extends FilterOutputStream {

    private long left;

    Cutting(OutputStream out, long most) {
      super(out);
      this.left = most;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int some = (int) Math.min(length, left);
      out.write(bytes, from, some);
      left -= some;
      if (left == 0) {
        out.flush();
        throw new CutException("body truncated");
      }
    }
  }

  private static final class Flipping extends FilterOutputStream {

    private final long place;
    private final int bit;
    private long at;

    Flipping(OutputStream out, long place, int bit) {
      super(out);
      this.place = place;
      this.bit = bit;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(at++ == place ? value ^ bit : value);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      long index = place - at;
      if (index >= 0 && index < length) {
        byte[] copy = new byte[length];
        System.arraycopy(bytes, from, copy, 0, length);
        copy[(int) index] ^= (byte) bit;
        out.write(copy, 0, length);
      } else {
        out.write(bytes, from, length);
      }
      at += length;
    }
  }
}

package amber.emulator.fault;

import amber.emulator.http.CutException;
import amber.emulator.http.Response;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.SplittableRandom;

/** Answers whose bodies do not arrive as they should. */
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

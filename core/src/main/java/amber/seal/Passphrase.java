package amber.seal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A passphrase, which is wiped when it is closed. It is never made a string, so that it gets into
 * no message.
 */
public final class Passphrase implements AutoCloseable {

  /** The longest one in a file, in bytes of UTF-8. */
  public static final int MAX_BYTES = 4096;

  private final char[] characters;

  /** Takes characters over, to be wiped with the passphrase. */
  public Passphrase(char[] characters) {
    this.characters = characters;
  }

  /**
   * Reads the one line of a file. It may also be a pipe, such as the {@code <(…)} of a shell.
   *
   * @throws KeyFileException if it is empty, has several lines, or is no text in UTF-8
   */
  public static Passphrase read(Path file) throws IOException {
    byte[] bytes = new byte[MAX_BYTES + 1];
    CharBuffer text = null;
    try (InputStream in = Files.newInputStream(file)) {
      int length = withoutLineEnd(bytes, in.readNBytes(bytes, 0, bytes.length));
      if (length > MAX_BYTES) {
        throw new KeyFileException(
            file, "has more than %d bytes, should have one passphrase".formatted(MAX_BYTES));
      }
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      char[] characters = new char[text.length()];
      text.get(characters);
      Passphrase passphrase = new Passphrase(characters);
      passphrase.requireOneLine(file);
      return passphrase;
    } catch (CharacterCodingException e) {
      throw new KeyFileException(file, "is no text in UTF-8, should be one passphrase");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      if (text != null) {
        Arrays.fill(text.array(), '\0');
      }
    }
  }

  private static int withoutLineEnd(byte[] bytes, int length) {
    int end = length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
      if (end > 0 && bytes[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }

  private void requireOneLine(Path file) throws KeyFileException {
    boolean several = false;
    for (char character : characters) {
      several |= character == '\n' || character == '\r';
    }
    if (characters.length == 0 || several) {
      close();
      throw new KeyFileException(
          file,
          several
              ? "has several lines, should have one, the passphrase"
              : "is empty, should have one line, the passphrase");
    }
  }

  /** The characters themselves: no copy, and nothing to be kept. */
  public char[] characters() {
    return characters;
  }

  /** Wipes it. */
  @Override
  public void close() {
    Arrays.fill(characters, '\0');
  }

  @Override
  public String toString() {
    return "a passphrase";
  }
}

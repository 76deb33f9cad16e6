package amber.emulator.ec2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Writes one XML document, element by element. */
final class Xml {

  static final String TYPE = "text/xml;charset=UTF-8";

  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element. */
  Xml open(String name) {
    text.append('<').append(name).append('>');
    open.push(name);
    return this;
  }

  /** Begins the outermost element of a document in a namespace. */
  Xml open(String name, String namespace) {
    text.append('<').append(name).append(" xmlns=\"").append(namespace).append("\">");
    open.push(name);
    return this;
  }

  /** Ends the element that began last. */
  Xml close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element with a value. */
  Xml text(String name, Object value) {
    text.append('<').append(name).append('>');
    escape(value.toString());
    text.append("</").append(name).append('>');
    return this;
  }

  /** An element with a value, if there is one. */
  Xml text(String name, Optional<?> value) {
    value.ifPresent(present -> text(name, present));
    return this;
  }

  /** An element with one inside for each of these; it is there even for none. */
  <T> Xml list(String name, Collection<T> items, BiConsumer<Xml, T> write) {
    open(name);
    for (T item : items) {
      open("item");
      write.accept(this, item);
      close();
    }
    return close();
  }

  /** The tags of a resource, if it has any. */
  Xml tags(Map<String, String> tags) {
    return tags.isEmpty()
        ? this
        : list(
            "tagSet",
            tags.entrySet(),
            (xml, tag) -> xml.text("key", tag.getKey()).text("value", tag.getValue()));
  }

  /** The document. */
  byte[] bytes() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("bug: <" + open.peek() + "> is not closed");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void escape(String value) {
    value
        .codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                // Written as itself it would come back as a line feed.
                case '\r' -> text.append("&#xD;");
                default -> text.appendCodePoint(allowed(point) ? point : '\uFFFD');
              }
            });
  }

  /** Whether XML 1.0 can hold a character at all. */
  private static boolean allowed(int point) {
    boolean control = point < ' ' && point != '\t' && point != '\n';
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return !control && !surrogate && point != 0xFFFE && point != 0xFFFF;
  }
}

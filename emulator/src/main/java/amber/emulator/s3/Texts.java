package amber.emulator.s3;

import amber.emulator.http.Response;
import amber.emulator.http.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rewrites small XML answers. */
final class Texts {

  private static final Pattern TAG_TEXT = Pattern.compile("<(Key|Value)>([^<]*)</(?:Key|Value)>");
  private static final Map<String, String> ENTITIES =
      Map.of("&lt;", "<", "&gt;", ">", "&quot;", "\"", "&apos;", "'", "&amp;", "&");

  private Texts() {}

  /** An answer with its text changed. */
  static Response rewritten(Response response, UnaryOperator<String> change) throws IOException {
    byte[] bytes = change.apply(text(response)).getBytes(StandardCharsets.UTF_8);
    return response.withBody(bytes.length, out -> out.write(bytes));
  }

  /** The text of a small answer, whose body is then used up. */
  static String text(Response response) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    response.body().writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * A list of tags with what came by a header decoded: a tag that did not holds no percent sign.
   */
  static String decodedTags(String xml) {
    String whole = xml.replace("<Value/>", "<Value></Value>");
    whole = whole.replace("</Key></Tag>", "</Key><Value></Value></Tag>");
    return TAG_TEXT.matcher(whole).replaceAll(match -> Matcher.quoteReplacement(decoded(match)));
  }

  private static String decoded(MatchResult match) {
    String value = S3Failures.escape(Target.decode(unescaped(match.group(2)), false));
    return "<" + match.group(1) + ">" + value + "</" + match.group(1) + ">";
  }

  /** An error of a wrong checksum with the name that S3 has for it. */
  static String badDigest(String xml) {
    return xml.contains("<Message>Value for x-amz-checksum-")
        ? xml.replace("<Code>BadRequest</Code>", "<Code>BadDigest</Code>")
        : xml;
  }

  /** The text that an element's content stands for. */
  static String unescaped(String content) {
    String text = content;
    for (String entity : new String[] {"&lt;", "&gt;", "&quot;", "&apos;", "&amp;"}) {
      text = text.replace(entity, ENTITIES.get(entity));
    }
    return text;
  }
}

package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTest {

  @Test
  void documentHasItsNamespaceItsValuesAndItsLists() {
    Xml xml = new Xml();
    xml.open("A", "urn:x").text("b", 1).text("c", Optional.empty()).text("d", Optional.of(true));
    xml.list("e", List.of("p", "q"), (item, value) -> item.text("f", value));
    xml.list("none", List.of(), (item, value) -> item.text("f", value));
    xml.close();
    assertThat(text(xml))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<A xmlns=\"urn:x\"><b>1</b><d>true</d>"
                + "<e><item><f>p</f></item><item><f>q</f></item></e><none></none></A>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a & b", "<tag>", "]]>", "\"'", "für 日本 😀", "line\nand\rreturn\ttab"})
  void everyTextComesBackAsItWas(String value) throws Exception {
    Xml xml = new Xml();
    xml.open("A").text("b", value).close();
    String back =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.bytes()))
            .getDocumentElement()
            .getTextContent();
    assertThat(back).isEqualTo(value);
  }

  @Test
  void whatXmlCannotHoldIsReplaced() {
    Xml xml = new Xml();
    xml.open("A").text("b", "x\u0000y\u001bz\uD800").close();
    assertThat(text(xml)).contains("<b>x\uFFFDy\uFFFDz\uFFFD</b>");
  }

  @Test
  void tagsAreLeftOutWhenThereAreNone() {
    Xml xml = new Xml();
    xml.open("A").tags(Map.of()).tags(new TreeMap<>(Map.of("k", "v"))).close();
    assertThat(text(xml))
        .endsWith("<A><tagSet><item><key>k</key><value>v</value></item></tagSet></A>");
  }

  @Test
  void openElementIsABug() {
    Xml xml = new Xml();
    xml.open("A");
    assertThatThrownBy(xml::bytes).isInstanceOf(IllegalStateException.class);
  }

  private static String text(Xml xml) {
    return new String(xml.bytes(), StandardCharsets.UTF_8);
  }
}

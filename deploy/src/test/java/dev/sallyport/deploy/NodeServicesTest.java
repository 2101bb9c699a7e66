package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A node is started in the same way on every system: with the same options, restarted, and never as an administrator. */
class NodeServicesTest {
    private static final Path FOLDER = Path.of("..", "deploy", "nodes");
    private static final List<String> OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xmx192m", "--enable-native-access=ALL-UNNAMED", "-jar");

    private static String file(String name) throws Exception {
        return Files.readString(FOLDER.resolve(name));
    }

    private static Document xml(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setEntityResolver((_, _) -> new InputSource(new StringReader("")));
        return builder.parse(new InputSource(new StringReader(text)));
    }

    private static List<Element> children(Element of) {
        NodeList all = of.getChildNodes();
        return IntStream.range(0, all.getLength())
                .mapToObj(all::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast)
                .toList();
    }

    /** What a property list says under each key: keys and values take turns. */
    private static Map<String, Element> dictionary(Element dict) {
        Map<String, Element> entries = new HashMap<>();
        List<Element> all = children(dict);
        assertThat(all.size() % 2).isZero();
        for (int at = 0; at < all.size(); at += 2) {
            assertThat(all.get(at).getTagName()).isEqualTo("key");
            entries.put(all.get(at).getTextContent(), all.get(at + 1));
        }
        return entries;
    }

    private static Element value(Map<String, Element> entries, String key) {
        return Objects.requireNonNull(entries.get(key), key);
    }

    @Test
    void launchdStartsTheNodeAsItsOwnUserAndAgainWhenItFails() throws Exception {
        Element plist = xml(file("dev.sallyport.node.plist")).getDocumentElement();
        Map<String, Element> job = dictionary(children(plist).getFirst());

        assertThat(value(job, "Label").getTextContent()).isEqualTo("dev.sallyport.node");
        assertThat(value(job, "UserName").getTextContent()).isNotEqualTo("root").isNotBlank();
        assertThat(children(value(job, "ProgramArguments")))
                .extracting(Element::getTextContent)
                .containsAll(OPTIONS);
        assertThat(value(dictionary(value(job, "KeepAlive")), "SuccessfulExit").getTagName())
                .isEqualTo("false");
        assertThat(value(dictionary(value(job, "EnvironmentVariables")), "LC_ALL")
                        .getTextContent())
                .endsWith("UTF-8");
        assertThat(Integer.parseInt(value(job, "Umask").getTextContent())).isEqualTo(077);
        assertThat(Integer.parseInt(value(job, "ExitTimeOut").getTextContent())).isEqualTo(timeout());
    }

    /** The time between being told to stop and being killed. */
    private static int timeout() throws Exception {
        return file("sallyport-node.service")
                .lines()
                .filter(line -> line.startsWith("TimeoutStopSec="))
                .mapToInt(line -> Integer.parseInt(line.substring("TimeoutStopSec=".length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void windowsStartsTheNodeWithTheMachineAndWithoutPrivileges() throws Exception {
        Document task = xml(file("sallyport-node.task.xml"));

        assertThat(only(task, "RunLevel")).isEqualTo("LeastPrivilege");
        assertThat(only(task, "ExecutionTimeLimit")).isEqualTo("PT0S");
        assertThat(only(task, "Arguments")).contains(OPTIONS);
        assertThat(task.getElementsByTagNameNS("*", "BootTrigger").getLength()).isEqualTo(1);
        assertThat(task.getElementsByTagNameNS("*", "RestartOnFailure").getLength())
                .isEqualTo(1);
        assertThat(task.getElementsByTagNameNS("*", "UserId").getLength())
                .as("the user is named when it is registered")
                .isZero();
    }

    private static String only(Document document, String name) {
        NodeList all = document.getElementsByTagNameNS("*", name);
        assertThat(all.getLength()).as(name).isEqualTo(1);
        return all.item(0).getTextContent();
    }

    @Test
    void systemdStartsItWithTheSameOptions() throws Exception {
        assertThat(file("sallyport-node.service")).contains(OPTIONS).contains("User=sallyport-node");
    }
}

package dev.sallyport.local.bin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The modules that {@code bin/run} builds. From a fresh clone no other module can be found, so the list has to name all that
 * its modules need to run.
 */
class FleetModulesTest {
    private static final String GROUP = "dev.sallyport";

    @TempDir
    private Path temporary;

    @Test
    void whatTheModulesNeedToRunIsBuiltAndNothingElse() throws Exception {
        Shell.Ran ran = new Shell(temporary).script("printf %s \"$FLEET_MODULES\"");
        assertThat(ran.exit()).as(ran.said()).isZero();
        Set<String> built = Set.of(ran.said().split(","));
        var folders = new TreeMap<String, String>();
        for (String folder : modules()) {
            folders.put(text(pom(folder), "artifactId"), folder);
        }
        Set<String> needed = new TreeSet<>(Set.of("local", "cli"));
        built.stream().filter(name -> name.startsWith("services/")).forEach(needed::add);
        for (var open = List.copyOf(needed); !open.isEmpty(); ) {
            Set<String> next = new TreeSet<>();
            for (String folder : open) {
                dependencies(pom(folder)).map(folders::get).forEach(next::add);
            }
            next.removeAll(needed);
            needed.addAll(next);
            open = List.copyOf(next);
        }
        assertThat(needed).as("libraries are among them").contains("libs/statements", "libs/identity");
        assertThat(built).isEqualTo(needed);
    }

    private static List<String> modules() throws Exception {
        Element modules = children(pom("."), "modules").findFirst().orElseThrow();
        return children(modules, "module").map(Node::getTextContent).toList();
    }

    /** Our own modules that a module needs to run, by their artifacts' names. */
    private static Stream<String> dependencies(Element project) {
        return children(project, "dependencies")
                .flatMap(list -> children(list, "dependency"))
                .filter(one -> GROUP.equals(text(one, "groupId")))
                .filter(one -> children(one, "scope").noneMatch(scope -> "test".equals(scope.getTextContent())))
                .map(one -> text(one, "artifactId"));
    }

    private static Element pom(String folder) throws Exception {
        try (var in = Files.newInputStream(Shell.file(folder).resolve("pom.xml"))) {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (IOException e) {
            throw new AssertionError("bin/run builds " + folder + ", which is no module", e);
        }
    }

    private static String text(Element parent, String name) {
        return children(parent, name).findFirst().orElseThrow().getTextContent();
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList all = parent.getChildNodes();
        return IntStream.range(0, all.getLength())
                .mapToObj(all::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }
}

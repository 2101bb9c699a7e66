import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads names of changed files, a line each, and prints which modules and which test classes they touch: those of the
 * modules that the files are in, and those of every module that depends on one of these. The modules that drive whole
 * fleets count only when files of their own changed: {@code bin/test} is for them.
 *
 * <p>Prints two lines for Maven, both empty when nothing is touched: modules for {@code -pl}, classes for
 * {@code -Dtest}. What no module has is named on the error output.
 */
final class Touched {
    private static final Set<String> FLEETS = Set.of("e2e", "bench", "deploy");

    private Touched() {}

    /** A module: its folder, and the artifacts that it depends on. */
    private record Module(String folder, String artifact, Set<String> dependencies) {}

    public static void main(String... arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        Map<String, Module> modules = modules(root);
        Set<String> touched = new HashSet<>();
        List<String> outside = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String file = lines.readLine(); file != null; file = lines.readLine()) {
                Module module = moduleOf(modules, file);
                if (module != null) {
                    touched.add(module.folder());
                } else if (!file.isBlank()) {
                    outside.add(file);
                }
            }
        }
        if (!outside.isEmpty()) {
            System.err.println("sallyport: in no module, so not tested here: " + String.join(" ", outside));
        }
        addDependents(modules, touched);
        Set<String> tests = new TreeSet<>();
        for (String folder : touched) {
            tests.addAll(tests(root.resolve(folder).resolve("src/test/java")));
        }
        System.out.println(modules.keySet().stream().filter(touched::contains).collect(Collectors.joining(",")));
        System.out.println(String.join(",", tests));
    }

    private static void addDependents(Map<String, Module> modules, Set<String> touched) {
        Deque<String> open = new ArrayDeque<>(touched);
        while (!open.isEmpty()) {
            String artifact = modules.get(open.removeFirst()).artifact();
            for (Module other : modules.values()) {
                if (other.dependencies().contains(artifact)
                        && !FLEETS.contains(other.folder())
                        && touched.add(other.folder())) {
                    open.add(other.folder());
                }
            }
        }
    }

    private static Module moduleOf(Map<String, Module> modules, String file) {
        for (Module module : modules.values()) {
            if (file.startsWith(module.folder() + "/")) {
                return module;
            }
        }
        return null;
    }

    private static Map<String, Module> modules(Path root) throws Exception {
        Map<String, Module> modules = new LinkedHashMap<>();
        for (String folder : texts(pom(root.resolve("pom.xml")).getElementsByTagName("module"))) {
            Element project = pom(root.resolve(folder).resolve("pom.xml")).getDocumentElement();
            Set<String> dependencies = new HashSet<>();
            NodeList all = project.getElementsByTagName("dependency");
            for (int i = 0; i < all.getLength(); i++) {
                dependencies.add(child((Element) all.item(i), "artifactId"));
            }
            modules.put(folder, new Module(folder, child(project, "artifactId"), dependencies));
        }
        return modules;
    }

    private static Document pom(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(file.toFile());
    }

    private static List<String> texts(NodeList nodes) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }

    /** The text of a direct child. */
    private static String child(Element parent, String name) {
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return element.getTextContent().strip();
            }
        }
        throw new IllegalStateException("no " + name + " in " + parent.getTagName());
    }

    private static List<String> tests(Path sources) throws IOException {
        if (!Files.isDirectory(sources)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(file -> sources.relativize(file).toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()).replace('/', '.'))
                    .toList();
        }
    }
}

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Says how many tests ran in each module, how long they took, and which classes took longest, from surefire's reports.
 * Fails when a module ran none, when a test was skipped and when one failed.
 */
public final class TestCount {
    private static final int SLOWEST = 20;

    private TestCount() {}

    private record TimedClass(String name, double seconds) {}

    public static void main(String... arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        List<String> problems = new ArrayList<>();
        List<TimedClass> classes = new ArrayList<>();
        int total = 0;
        System.out.println();
        System.out.println(" tests  seconds  module");
        for (String module : modules(root.resolve("pom.xml"))) {
            int tests = 0;
            int skipped = 0;
            int failed = 0;
            double seconds = 0;
            for (Path report : reports(root.resolve(module).resolve("target/surefire-reports"))) {
                Element suite = parse(report);
                tests += count(suite, "tests");
                skipped += count(suite, "skipped");
                failed += count(suite, "failures") + count(suite, "errors");
                TimedClass timed = new TimedClass(
                        module + " " + suite.getAttribute("name").replaceFirst(".*\\.", ""),
                        Double.parseDouble(suite.getAttribute("time").replace(",", "")));
                seconds += timed.seconds();
                classes.add(timed);
            }
            System.out.printf("%6d %8.0f  %s%n", tests, seconds, module);
            total += tests;
            if (tests == 0) {
                problems.add(module + " ran no test");
            }
            if (skipped > 0) {
                problems.add(module + " skipped " + skipped);
            }
            if (failed > 0) {
                problems.add(module + ": " + failed + " failed");
            }
        }
        System.out.printf("%6d %8.0f  all%n", total, classes.stream().mapToDouble(TimedClass::seconds).sum());
        System.out.println();
        System.out.println("The slowest classes, seconds:");
        classes.stream()
                .sorted(Comparator.comparingDouble(TimedClass::seconds).reversed())
                .limit(SLOWEST)
                .forEach(slow -> System.out.printf("%8.0f  %s%n", slow.seconds(), slow.name()));
        problems.forEach(problem -> System.out.println("sallyport: " + problem));
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    private static List<String> modules(Path pom) throws Exception {
        var nodes = parse(pom).getElementsByTagName("module");
        List<String> modules = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            modules.add(nodes.item(i).getTextContent().strip());
        }
        return modules;
    }

    private static List<Path> reports(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml")).toList();
        }
    }

    private static Element parse(Path file) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    }

    private static int count(Element suite, String attribute) {
        String value = suite.getAttribute(attribute);
        return value.isEmpty() ? 0 : Integer.parseInt(value);
    }
}

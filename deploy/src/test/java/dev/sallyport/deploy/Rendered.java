package dev.sallyport.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What kustomize makes of a folder of {@code deploy/k8s}: one object per manifest. */
final class Rendered {
    static final Path K8S = Path.of("k8s");
    static final List<String> OVERLAYS = List.of("dev", "production", "strimzi-cnpg");
    static final List<String> PROFILES = List.of("executor-userns", "executor-runtimeclass");
    static final String OBSERVABILITY = "observability";
    static final String EGRESS = "executor-egress";

    private static final String HOW_TO_GET_IT =
            "kubectl (1.27 or later, with `kubectl kustomize`) or kustomize (5 or later) is"
                    + " needed on PATH: see https://kubernetes.io/docs/tasks/tools/";
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final Map<String, List<ObjectNode>> KNOWN = new ConcurrentHashMap<>();

    private Rendered() {}

    /**
     * Every overlay, and every overlay with each executor profile, with the monitors, and with a way to hosts: {@code
     * dev}, {@code dev+executor-userns}, {@code dev+observability} …
     */
    static Stream<String> everything() {
        List<String> components = Stream.concat(PROFILES.stream(), Stream.of(OBSERVABILITY, EGRESS))
                .toList();
        return OVERLAYS.stream()
                .flatMap(overlay -> Stream.concat(
                        Stream.of(overlay), components.stream().map(component -> overlay + "+" + component)));
    }

    /** Copies of the objects, to be changed at will. */
    static List<ObjectNode> of(String what) {
        return KNOWN.computeIfAbsent(what, Rendered::render).stream()
                .map(ObjectNode::deepCopy)
                .toList();
    }

    private static List<ObjectNode> render(String what) {
        String[] parts = what.split("\\+", -1);
        Path folder = K8S.resolve("overlays").resolve(parts[0]);
        try {
            if (parts.length == 1) {
                return parsed(kustomize(folder));
            }
            // As an installation would: an overlay of its own, beside ours.
            Path own = Files.createTempDirectory(K8S.resolve("overlays"), "test-");
            try {
                Files.writeString(own.resolve("kustomization.yaml"), """
                        apiVersion: kustomize.config.k8s.io/v1beta1
                        kind: Kustomization
                        resources: [../%s]
                        components: [../../components/%s]
                        """.formatted(parts[0], parts[1]));
                return parsed(kustomize(own));
            } finally {
                try (Stream<Path> paths = Files.walk(own)) {
                    for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kustomize(Path folder) throws IOException {
        for (List<String> command : List.of(List.of("kubectl", "kustomize"), List.of("kustomize", "build"))) {
            List<String> whole = new ArrayList<>(command);
            whole.add(folder.toString());
            Process process;
            try {
                process = new ProcessBuilder(whole).redirectErrorStream(false).start();
            } catch (IOException _) {
                continue;
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String wrong = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                if (process.waitFor() != 0) {
                    throw new AssertionError(String.join(" ", whole) + ": " + wrong + "\n" + HOW_TO_GET_IT);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            return said;
        }
        throw new AssertionError(HOW_TO_GET_IT);
    }

    private static List<ObjectNode> parsed(String yaml) {
        try (MappingIterator<ObjectNode> documents =
                YAML.readerFor(ObjectNode.class).readValues(yaml)) {
            return documents.readAll();
        }
    }

    /** {@code kind namespace/name}. */
    static String nameOf(JsonNode object) {
        return object.path("kind").asString() + " "
                + object.path("metadata").path("namespace").asString("") + "/"
                + object.path("metadata").path("name").asString();
    }

    /** The objects of a kind. */
    static List<ObjectNode> ofKind(List<ObjectNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asString().equals(kind))
                .toList();
    }
}

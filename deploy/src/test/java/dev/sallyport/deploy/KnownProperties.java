package dev.sallyport.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties that the services know: Spring's own from the metadata in its jars, ours from the compiled records
 * that they are bound to, and the few that are read by name.
 */
final class KnownProperties {
    private static final List<String> MODULES = List.of(
            "libs/service-kit",
            "services/policy-service",
            "services/approval-service",
            "services/executor-service",
            "services/attestation-service",
            "services/vault-service");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Set<String> names = new HashSet<>();
    private final Set<String> maps = new HashSet<>();
    private final Set<String> words = new HashSet<>();

    KnownProperties() {
        try {
            spring();
            for (String module : MODULES) {
                Path classes = Path.of("..", module, "target", "classes");
                try (Stream<Path> files = Files.walk(classes)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                            .toList()) {
                        ours(ClassFile.of().parse(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the services are not compiled: ./mvnw package", e);
        }
    }

    /** Whether somebody reads a property of that name. */
    boolean contains(String property) {
        String plain = property.replaceAll("\\[.*?]", "");
        return names.contains(plain)
                || maps.contains(plain)
                || maps.stream().anyMatch(map -> plain.startsWith(map + "."))
                || (plain.startsWith("sallyport.") && words.contains(plain));
    }

    private void spring() throws IOException {
        for (URL metadata : Collections.list(
                KnownProperties.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                for (JsonNode property : JSON.readTree(in).path("properties")) {
                    String name = property.path("name").asString();
                    String type = property.path("type").asString("");
                    (type.startsWith("java.util.Map") || type.equals("java.util.Properties") ? maps : names).add(name);
                }
            }
        }
        if (!names.contains("spring.datasource.url")) {
            throw new AssertionError("Spring's metadata was not found");
        }
    }

    private void ours(ClassModel type) {
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof StringEntry text) {
                words.add(text.stringValue());
            }
        }
        type.findAttribute(Attributes.runtimeVisibleAnnotations()).ifPresent(annotations -> {
            for (Annotation annotation : annotations.annotations()) {
                if (annotation.className().stringValue().endsWith("/ConfigurationProperties;")) {
                    annotation.elements().stream()
                            .map(element -> ((AnnotationValue.OfString) element.value()).stringValue())
                            .forEach(prefix -> components(type, prefix));
                }
            }
        });
    }

    private void components(ClassModel type, String prefix) {
        type.findAttribute(Attributes.record()).orElseThrow().components().forEach(component -> {
            String name = prefix + "."
                    + component
                            .name()
                            .stringValue()
                            .replaceAll("([A-Z])", "-$1")
                            .toLowerCase(Locale.ROOT);
            (component.descriptor().stringValue().equals("Ljava/util/Map;") ? maps : names).add(name);
        });
    }
}

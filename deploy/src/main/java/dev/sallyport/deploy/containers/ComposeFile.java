package dev.sallyport.deploy.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The services of docker-compose.yml. Only what that file uses is understood; a key that is not known is refused, so
 * that nothing it demands is left out silently.
 */
public final class ComposeFile {
    private static final Set<String> KNOWN = Set.of(
            "image",
            "build",
            "pull_policy",
            "restart",
            "user",
            "read_only",
            "cap_add",
            "cap_drop",
            "security_opt",
            "networks",
            "network_mode",
            "stop_grace_period",
            "pids_limit",
            "ulimits",
            "logging",
            "mem_limit",
            "cpus",
            "shm_size",
            "tmpfs",
            "volumes",
            "environment",
            "entrypoint",
            "command",
            "healthcheck",
            "depends_on",
            "ports",
            "profiles",
            "working_dir");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):-([^}]*)}");

    private final Path folder;
    private final Map<String, Map<String, Object>> services;

    private ComposeFile(Path folder, Map<String, Map<String, Object>> services) {
        this.folder = folder;
        this.services = services;
    }

    /**
     * Reads the file.
     *
     * @param environment the values of its variables; one that is missing or empty has the default that the file names
     * @throws IllegalArgumentException when a service has a key that is not understood here
     */
    public static ComposeFile read(Path file, Map<String, String> environment) throws IOException {
        Map<String, Map<String, Object>> services = new LinkedHashMap<>();
        Map<String, Object> document = document(interpolated(Files.readString(file), environment));
        map(document.get("services")).forEach((name, service) -> services.put(name, map(service)));
        services.forEach((name, service) -> service.keySet().forEach(key -> {
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException("services." + name + "." + key + " is not understood here");
            }
        }));
        return new ComposeFile(file.toAbsolutePath().resolveSibling("").normalize(), services);
    }

    /** The document with {@code <<} of YAML 1.1 carried out, which compose knows and YAML 1.2 does not. */
    public static Map<String, Object> document(String text) {
        return merged(
                map(new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(text)));
    }

    private static Map<String, Object> merged(Map<String, Object> given) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (given.get("<<") != null) {
            all.putAll(merged(map(given.get("<<"))));
        }
        given.forEach((key, value) -> {
            if (!key.equals("<<")) {
                all.put(key, value instanceof Map<?, ?> ? merged(map(value)) : value);
            }
        });
        return all;
    }

    private static String interpolated(String text, Map<String, String> environment) {
        return VARIABLE.matcher(text).replaceAll(found -> {
            String set = environment.getOrDefault(found.group(1), "");
            return Matcher.quoteReplacement(set.isEmpty() ? found.group(2) : set);
        });
    }

    /** The folder that relative paths of the file start at. */
    Path folder() {
        return folder;
    }

    /** The names of all services in the file's order. */
    List<String> names() {
        return List.copyOf(services.keySet());
    }

    /** A service's keys and values. */
    Map<String, Object> service(String name) {
        Map<String, Object> service = services.get(name);
        if (service == null) {
            throw new IllegalArgumentException("There is no service " + name + ". There are: " + names());
        }
        return service;
    }

    /** A mapping of the file; empty where there is none. */
    @SuppressWarnings("unchecked") // Keys of a YAML mapping that this file may have are texts.
    static Map<String, Object> map(@Nullable Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    /** A list of the file, also one that is written as its only value; empty where there is none. */
    static List<String> list(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            default -> List.of(value.toString());
        };
    }
}

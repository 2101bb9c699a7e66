package dev.sallyport.servicekit.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names of all settings that the modules on the class path know. They come from Spring Boot's configuration metadata:
 * the compiler writes it from the {@code @ConfigurationProperties} records, and each module adds those that it reads by
 * name ({@code META-INF/additional-spring-configuration-metadata.json}).
 */
final class KnownSettings {
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String OURS = "\"sallyport.";

    private final Set<ConfigurationPropertyName> names = new HashSet<>();
    /** Settings with names below theirs, which the operator chooses, or with numbers. */
    private final Set<ConfigurationPropertyName> open = new HashSet<>();

    private KnownSettings() {}

    /** What the metadata on this class path names. */
    static KnownSettings on(ClassLoader classPath) throws IOException {
        KnownSettings known = new KnownSettings();
        JsonMapper mapper = JsonMapper.builder().build();
        for (URL file : Collections.list(classPath.getResources(METADATA))) {
            try (InputStream in = file.openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                // The libraries' files are long, and this runs at every start.
                if (text.contains(OURS)) {
                    mapper.readTree(text).path("properties").forEach(known::add);
                }
            }
        }
        return known;
    }

    private void add(JsonNode property) {
        ConfigurationPropertyName name =
                ConfigurationPropertyName.of(property.path("name").asString());
        names.add(name);
        String type = property.path("type").asString("");
        if (type.startsWith("java.util.")) {
            open.add(name);
        }
    }

    /** Whether somebody reads a setting of that name. */
    boolean contains(ConfigurationPropertyName name) {
        return names.contains(name) || open.stream().anyMatch(map -> map.isAncestorOf(name));
    }

    /**
     * Whether somebody reads a setting that this environment variable sets: there, dots and dashes cannot be told apart.
     *
     * @param variable the variable's name as Spring Boot reads it, with a dot for each underscore
     */
    boolean containsVariable(ConfigurationPropertyName variable) {
        String plain = plain(variable);
        return names.stream().anyMatch(name -> plain(name).equals(plain))
                || open.stream().anyMatch(map -> plain.startsWith(plain(map)));
    }

    private static String plain(ConfigurationPropertyName name) {
        return name.toString().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** The known name that takes the fewest changes of letters to reach from that one. */
    String nearestTo(ConfigurationPropertyName unknown) {
        return names.stream()
                .map(ConfigurationPropertyName::toString)
                .filter(name -> name.startsWith("sallyport."))
                .min(Comparator.<String>comparingInt(name -> distance(name, unknown.toString()))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("sallyport.public.port");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

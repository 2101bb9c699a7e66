package dev.sallyport.e2e.observability;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;

/** What deploy/k8s/components/observability and docs/metrics.md say. */
final class Observability {
    private static final String FOLDER = "deploy/k8s/components/observability/";
    private static final Set<String> WORDS = Set.of(
            "sum", "max", "min", "avg", "rate", "increase", "histogram_quantile", "by", "and", "or", "unless", "on");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern ROW =
            Pattern.compile("\\| `(sallyport_[a-z0-9_]+)` \\| (gauge|counter|histogram) \\| (.*?) \\| .*");

    private Observability() {}

    /**
     * A PromQL expression.
     *
     * @param where it stands
     */
    record Query(String where, String text) {
        /** Metric names with the labels that this query asks of each, by matcher or in {@code by (…)}. */
        Map<String, Set<String>> metrics() {
            balanced();
            Map<String, Set<String>> found = new LinkedHashMap<>();
            String bare = text.replaceAll("\\[[0-9]+[smhd]]", " ").replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "\"\"");
            Set<String> grouped = new HashSet<>();
            Matcher by = Pattern.compile("\\bby \\(([^)]*)\\)").matcher(bare);
            while (by.find()) {
                Stream.of(by.group(1).split(",", -1)).map(String::strip).forEach(grouped::add);
            }
            String rest = by.replaceAll(" ");
            Matcher selector =
                    Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*\\{([^}]*)}").matcher(rest);
            while (selector.find()) {
                Set<String> asked = found.computeIfAbsent(selector.group(1), _ -> new HashSet<>());
                for (String matcher : selector.group(2).split(",", -1)) {
                    asked.add(matcher.split("=~|!~|!=|=", 2)[0].strip());
                }
            }
            Matcher name = NAME.matcher(selector.replaceAll(" "));
            while (name.find()) {
                if (!WORDS.contains(name.group())) {
                    found.computeIfAbsent(name.group(), _ -> new HashSet<>());
                }
            }
            if (found.isEmpty()) {
                throw new AssertionError(where + " asks for no metric: " + text);
            }
            found.values().forEach(asked -> asked.addAll(grouped));
            return found;
        }

        private void balanced() {
            int open = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                open += c == '(' || c == '{' || c == '[' ? 1 : c == ')' || c == '}' || c == ']' ? -1 : 0;
                if (open < 0) {
                    break;
                }
            }
            if (open != 0) {
                throw new AssertionError(where + " has brackets that do not match: " + text);
            }
        }
    }

    /** Every expression of the alarms and dashboards. */
    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (Map<String, Object> rule : rules()) {
            queries.add(new Query(text(rule, "alert"), text(rule, "expr")));
        }
        for (String file : List.of("fleet", "decisions")) {
            JsonNode dashboard = Api.JSON.readTree(Fleet.read(path("dashboards/" + file + ".json")));
            for (JsonNode panel : dashboard.at("/panels")) {
                panel.path("targets")
                        .forEach(target -> queries.add(new Query(
                                file + ": " + panel.at("/title").stringValue(),
                                target.at("/expr").stringValue())));
            }
        }
        return queries;
    }

    /** The alarms. */
    static List<Map<String, Object>> rules() {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object group : list(map(documents("rules.yaml").getFirst(), "spec"), "groups")) {
            list(cast(group), "rules").forEach(rule -> rules.add(cast(rule)));
        }
        return rules;
    }

    /** The documents of a file; a key that stands twice fails. */
    static List<Map<String, Object>> documents(String file) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<Map<String, Object>> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(strict))
                .loadAll(Fleet.read(path(file)))
                .forEach(document -> documents.add(cast(document)));
        return documents;
    }

    /** The rows of docs/metrics.md: name, type, own labels. */
    static Map<String, List<Object>> documented() {
        Map<String, List<Object>> documented = new HashMap<>();
        for (String line :
                Fleet.read(Repository.root().resolve("docs/metrics.md")).split("\n", -1)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> labels = new HashSet<>();
                Matcher label = Pattern.compile("`([a-z_]+)`").matcher(row.group(3));
                while (label.find()) {
                    labels.add(label.group(1));
                }
                documented.put(row.group(1), List.of(row.group(2), labels));
            }
        }
        return documented;
    }

    static Map<String, Object> map(Map<String, Object> in, String key) {
        return cast(Objects.requireNonNull(in.get(key), key));
    }

    static List<?> list(Map<String, Object> in, String key) {
        if (in.get(key) instanceof List<?> list) {
            return list;
        }
        throw new AssertionError(key + " is no list in " + in);
    }

    static String text(Map<String, Object> in, String key) {
        if (in.get(key) instanceof String text) {
            return text;
        }
        throw new AssertionError(key + " is no text in " + in);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Object object) {
        if (object instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("no mapping: " + object);
    }

    private static Path path(String file) {
        return Repository.root().resolve(FOLDER + file);
    }
}

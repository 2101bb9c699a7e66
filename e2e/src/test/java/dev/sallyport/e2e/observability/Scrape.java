package dev.sallyport.e2e.observability;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process shows in Prometheus' text format, read strictly: a line that is none fails. */
final class Scrape {
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped|info)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([-+0-9.eE]+|NaN|[+-]Inf)(?: [0-9]+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\",?");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Set<String>> labels = new HashMap<>();
    private final Map<String, Double> sums = new HashMap<>();
    private final Set<String> values = new HashSet<>();

    /** Adds the text of one process. */
    Scrape add(String text) {
        for (String line : text.split("\n", -1)) {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (!line.isEmpty() && !line.startsWith("# HELP ")) {
                sample(line);
            }
        }
        return this;
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("not a sample of the text format: " + line);
        }
        String name = sample.group(1);
        Set<String> named = labels.computeIfAbsent(name, _ -> new HashSet<>());
        String all = sample.group(2) == null ? "" : sample.group(2);
        Matcher label = LABEL.matcher(all);
        int end = 0;
        while (label.find() && label.start() == end) {
            named.add(label.group(1));
            values.add(label.group(2));
            end = label.end();
        }
        if (end != all.length()) {
            throw new AssertionError("not the labels of a sample: " + line);
        }
        sums.merge(name, Double.parseDouble(sample.group(3).replace("Inf", "Infinity")), Double::sum);
    }

    /** Names of samples, as queries use them. */
    Set<String> names() {
        return labels.keySet();
    }

    /** Labels of the samples of that name; empty without such. */
    Set<String> labels(String name) {
        return labels.getOrDefault(name, Set.of());
    }

    /** Every label's value. */
    Set<String> values() {
        return values;
    }

    /** The sum of all samples of that name. */
    double sum(String name) {
        return sums.getOrDefault(name, Double.NaN);
    }

    /** Sallyport's own metrics with their type and own labels, as docs/metrics.md lists them. */
    Map<String, List<Object>> own() {
        Map<String, List<Object>> own = new HashMap<>();
        types.forEach((name, type) -> {
            boolean most = name.endsWith("_max") && types.containsKey(name.substring(0, name.length() - 4));
            if (name.startsWith("sallyport_") && !most) {
                Set<String> mine = new HashSet<>(labels(type.equals("histogram") ? name + "_count" : name));
                mine.removeAll(Set.of("service", "replica"));
                own.put(name, List.of(type, mine));
            }
        });
        return own;
    }
}

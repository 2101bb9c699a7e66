package dev.sallyport.bench.measure;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The results of a run as a table and as JSON. */
public final class Report {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Row> rows = new ArrayList<>();

    /** Adds results. */
    public void add(List<Row> more) {
        rows.addAll(more);
    }

    /** Whether no bar is missed. */
    public boolean allHold() {
        return rows.stream().noneMatch(row -> Boolean.FALSE.equals(row.holds()));
    }

    /** {@code [{name, value, unit, floor, ratio, bar, holds}]}; null where there is none. */
    public String json() {
        ArrayNode all = JSON.createArrayNode();
        for (Row row : rows) {
            ObjectNode node = all.addObject();
            node.put("name", row.name());
            node.put("value", rounded(row.value()));
            node.put("unit", row.unit());
            node.put("floor", row.floor() == null ? null : rounded(row.floor().mean()));
            node.put("ratio", row.ratio() == null ? null : rounded(row.ratio()));
            node.put("bar", row.bar() == null ? null : row.bar().toString());
            node.put("holds", row.holds());
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    /** Prints the table, and which floors moved so far that the machine was not quiet. */
    public void print(PrintStream out) {
        out.printf(
                "%n%-40s %12s %-10s %12s %12s %8s %9s %s%n",
                "", "value", "", "floor", "floor again", "ratio", "bar", "holds");
        for (Row row : rows) {
            Floor floor = row.floor();
            out.printf(
                    "%-40s %12s %-10s %12s %12s %8s %9s %s%n",
                    row.name(),
                    number(row.value()),
                    row.unit(),
                    floor == null ? "" : number(floor.before()),
                    floor == null ? "" : number(floor.again()),
                    row.ratio() == null ? "" : number(row.ratio()),
                    row.bar() == null ? "" : row.bar(),
                    row.holds() == null ? "" : row.holds() ? "yes" : "NO");
        }
        for (Row row : rows) {
            Floor floor = row.floor();
            if (floor != null && floor.noisy()) {
                out.printf(
                        Locale.ROOT,
                        "sallyport: the floor of \"%s\" was %s and then %s: the machine was not quiet, run it again%n",
                        row.name(),
                        number(floor.before()),
                        number(floor.again()));
            }
        }
    }

    private static double rounded(double value) {
        double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value) + 1e-12)));
        return Math.round(value * scale) / scale;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }
}

package dev.sallyport.statements.story;

import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The skill that a call ran, as its node states it: whose it is, what it asks for and was granted, what it used. */
public final class RanSkill {
    private static final Map<String, String> LABELS = labels();

    private RanSkill() {}

    /**
     * One thing that is stated of it.
     *
     * @param label what it is, for people
     * @param text what is stated; text from outside
     */
    public record Line(String label, String text) {}

    /** What is stated; empty where no skill ran. */
    public static List<Line> of(ToolExecuted executed) {
        ToolExecuted.Ran ran = executed.ran();
        ToolExecuted.SandboxEnforcement sandbox = executed.sandbox();
        if (ran == null || sandbox == null || ran.kind() != RuntimeKind.WASM) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        LABELS.forEach((name, label) -> sandbox.facts().stream()
                .filter(fact -> fact.name().equals(name))
                .forEach(fact -> lines.add(new Line(label, String.valueOf(fact.value())))));
        lines.add(new Line("Module", ran.digest().hex()));
        return List.copyOf(lines);
    }

    private static Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("skill", "Skill");
        labels.put("publisher", "Published by");
        labels.put("signed_by", "Signed by key");
        labels.put("package", "Package");
        labels.put("asks_for", "Its manifest asks for");
        labels.put("granted", "Granted to it");
        labels.put("denied", "Asked for and not granted");
        labels.put("host_reached", "Reached");
        labels.put("host_refused", "Not let reach");
        labels.put("fuel_used", "Fuel used");
        labels.put("fuel_limit", "Fuel at most");
        return Collections.unmodifiableMap(labels);
    }
}

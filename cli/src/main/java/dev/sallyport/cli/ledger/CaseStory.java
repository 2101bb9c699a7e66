package dev.sallyport.cli.ledger;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.VisibleText;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.story.RanSkill;
import dev.sallyport.statements.story.Story;
import dev.sallyport.statements.story.Told;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A case as the ledger's answer tells it, with nothing checked: for that there is {@code sallyport verify}. */
final class CaseStory {
    private final List<Told> told = new ArrayList<>();
    private final List<Story.Line> unreadable = new ArrayList<>();
    private final Map<Digest, String> words = new HashMap<>();

    private CaseStory() {}

    static CaseStory of(JsonNode found) {
        CaseStory story = new CaseStory();
        found.path("statements").forEach(story::add);
        found.path("details").forEach(story::disclose);
        return story;
    }

    /** The skill that ran, a line for each thing that its node states of it; empty where none did. */
    String skill() {
        StringBuilder text = new StringBuilder();
        for (Told one : told) {
            if (one.statement().predicate() instanceof ToolExecuted executed) {
                RanSkill.of(executed)
                        .forEach(line -> text.append(
                                        VisibleText.oneLine("%-26s %s".formatted(line.label(), line.text())))
                                .append('\n'));
            }
        }
        return text.toString();
    }

    /** The answer's statements, a line for each, in the order in which they arose. */
    String happened() {
        List<Story.Line> lines = new ArrayList<>(Story.of(told, digest -> words.getOrDefault(digest, "")));
        lines.addAll(unreadable);
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(VisibleText.oneLine(shown(line))).append('\n'));
        return text.toString();
    }

    private static String shown(Story.Line line) {
        return "%-5d  %s  %-17s  %s".formatted(line.index(), line.at(), line.what(), line.text());
    }

    private void add(JsonNode stated) {
        JsonNode entry = stated.path("entry");
        if (stated.path("statement") instanceof ObjectNode statement) {
            try {
                told.add(new Told(
                        entry.path("index").asLong(-1),
                        new Digest(Json.text(entry, "digest")),
                        Statement.parse(CanonicalJson.write(statement))));
                return;
            } catch (StatementRefusedException | IllegalArgumentException _) {
                // Told below: a service of a later version may say what this command does not read.
            }
        }
        unreadable.add(new Story.Line(
                entry.path("index").asLong(-1),
                Json.text(entry, "issued_at"),
                EntryColumns.event(entry),
                EntryColumns.outcome(entry)));
    }

    private void disclose(JsonNode detail) {
        try {
            words.put(
                    new Digest(Json.text(detail, "digest")),
                    new String(Base64.getDecoder().decode(Json.text(detail, "content")), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            // Left out: what it says is then not disclosed here.
        }
    }
}

package dev.sallyport.cli.verify;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.VisibleText;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict;
import dev.sallyport.cli.verify.report.Verdict.Status;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report for people and for scripts. */
final class VerdictView {
    private VerdictView() {}

    static String text(String proposal, Report report, boolean all) {
        StringBuilder text = new StringBuilder();
        if (!proposal.isEmpty()) {
            text.append("call ").append(VisibleText.oneLine(proposal)).append("\n");
        }
        report.story()
                .forEach(line -> text.append("  ")
                        .append(line.at())
                        .append("  ")
                        .append(line.what())
                        .repeat(' ', Math.max(1, 19 - line.what().length()))
                        .append(VisibleText.oneLine(line.text()))
                        .append('\n'));
        text.append('\n');
        report.summary().forEach((claim, status) -> {
            long held = report.verdicts().stream()
                    .filter(verdict -> verdict.claim() == claim && verdict.status() == Status.HOLDS)
                    .count();
            text.append(mark(status))
                    .append("  ")
                    .append(claim.wire())
                    .repeat(' ', Math.max(1, 13 - claim.wire().length()))
                    .append(claim.meaning())
                    .append(held > 1 ? " (" + held + " checked)" : "")
                    .append('\n');
            report.verdicts().stream()
                    .filter(verdict -> verdict.claim() == claim && (all || verdict.status() != Status.HOLDS))
                    .forEach(verdict ->
                            text.append("       ").append(line(verdict)).append('\n'));
        });
        return text.append('\n')
                .append(report.proven() ? "PROVEN: every claim holds.\n" : "NOT PROVEN: see what is marked above.\n")
                .toString();
    }

    private static String line(Verdict verdict) {
        String message = verdict.message().isEmpty() ? verdict.status().wire() : verdict.message();
        return VisibleText.oneLine((verdict.status() == Status.FAILS ? "FAILS: " : "")
                + (verdict.about().isEmpty() ? message : verdict.about() + ": " + message));
    }

    private static String mark(Status status) {
        return switch (status) {
            case HOLDS -> "ok   ";
            case FAILS -> "FAILS";
            case UNCHECKED -> "?    ";
            case NOTED -> "note ";
        };
    }

    static ObjectNode json(String file, String proposal, Report report) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("v", 1).put("file", file).put("proposal_id", proposal).put("proven", report.proven());
        ArrayNode story = document.putArray("story");
        report.story()
                .forEach(line -> story.addObject()
                        .put("index", line.index())
                        .put("at", line.at())
                        .put("what", line.what())
                        .put("text", line.text()));
        ArrayNode claims = document.putArray("claims");
        for (Map.Entry<Claim, Status> entry : report.summary().entrySet()) {
            ObjectNode claim = claims.addObject();
            claim.put("claim", entry.getKey().wire())
                    .put("status", entry.getValue().wire())
                    .put("meaning", entry.getKey().meaning());
            ArrayNode verdicts = claim.putArray("verdicts");
            report.verdicts().stream()
                    .filter(verdict -> verdict.claim() == entry.getKey())
                    .forEach(verdict -> {
                        ObjectNode found = verdicts.addObject()
                                .put("status", verdict.status().wire());
                        if (!verdict.about().isEmpty()) {
                            found.put("about", verdict.about());
                        }
                        if (!verdict.message().isEmpty()) {
                            found.put("message", verdict.message());
                        }
                    });
        }
        return document;
    }
}

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
    private final VerifyOptions options;
    private final MeasuredBy measure;
    private String proposal = "";

    VerdictView(VerifyOptions options, MeasuredBy measure) {
        this.options = options;
        this.measure = measure;
    }

    /** Names the call that the bundle says it is about. */
    void of(String proposalId) {
        proposal = proposalId;
    }

    String text(Report report) {
        StringBuilder text = new StringBuilder();
        if (!proposal.isEmpty()) {
            text.append("call ").append(VisibleText.oneLine(proposal)).append("\n");
        }
        text.append("measured by ")
                .append(VisibleText.oneLine(measure.toString()))
                .append('\n');
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
            // What fails at once leaves nothing to say of the claims that were not looked at.
            if (!report.ended() || status == Status.FAILS) {
                claim(text, report, claim, status);
            }
        });
        return text.append('\n').append(verdict(report)).toString();
    }

    private static String verdict(Report report) {
        if (report.proven()) {
            return "PROVEN: every claim holds.\n";
        }
        return report.ended() ? "NOT PROVEN: nothing else was checked.\n" : "NOT PROVEN: see what is marked above.\n";
    }

    private void claim(StringBuilder text, Report report, Claim claim, Status status) {
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
                .filter(verdict -> verdict.claim() == claim && (options.all() || verdict.status() != Status.HOLDS))
                .forEach(verdict -> text.append("       ").append(line(verdict)).append('\n'));
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

    ObjectNode json(Report report) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("v", 1)
                .put("file", options.file().toString())
                .put("proposal_id", proposal)
                .put("proven", report.proven());
        document.set("measured_by", measured());
        ArrayNode story = document.putArray("story");
        report.story()
                .forEach(line -> story.addObject()
                        .put("index", line.index())
                        .put("at", line.at())
                        .put("what", line.what())
                        .put("text", line.text()));
        ArrayNode claims = document.putArray("claims");
        for (Map.Entry<Claim, Status> entry : report.summary().entrySet()) {
            claim(claims.addObject(), report, entry.getKey(), entry.getValue());
        }
        return document;
    }

    private ObjectNode measured() {
        ObjectNode measured = Json.mapper().createObjectNode();
        if (measure.trustFile() != null) {
            measured.put("trust_file", measure.trustFile().toString()).put("fleet_id", measure.fleetId());
        }
        if (!measure.logKeys().isEmpty()) {
            ArrayNode keys = measured.putArray("log_keys");
            measure.logKeys().forEach(keys::add);
        }
        return measured;
    }

    private static void claim(ObjectNode node, Report report, Claim claim, Status status) {
        node.put("claim", claim.wire()).put("status", status.wire()).put("meaning", claim.meaning());
        ArrayNode verdicts = node.putArray("verdicts");
        report.verdicts().stream().filter(verdict -> verdict.claim() == claim).forEach(verdict -> {
            ObjectNode found =
                    verdicts.addObject().put("status", verdict.status().wire());
            if (!verdict.about().isEmpty()) {
                found.put("about", verdict.about());
            }
            if (!verdict.message().isEmpty()) {
                found.put("message", verdict.message());
            }
        });
    }
}

package dev.sallyport.cli.verify.report;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the verified statements of a call say, one line each: what it is that was proven. */
public final class Story {
    /**
     * One statement in words.
     *
     * @param index place in the log
     * @param at when it was issued, by its issuer's clock
     * @param what which statement, or which event
     * @param text what it says; it may hold names that others chose
     */
    public record Line(long index, String at, String what, String text) {}

    private Story() {}

    /** In the order of their times of issue: leaves lie in the order in which the log heard of them. */
    public static List<Line> of(List<CheckedStatement> call) {
        return call.stream()
                .map(Story::line)
                .sorted(Comparator.comparing(Line::at))
                .toList();
    }

    private static Line line(CheckedStatement statement) {
        String at =
                StatementJson.format(statement.statement().predicate().issued().at());
        return switch (statement.statement().predicate()) {
            case ToolProposed p ->
                new Line(
                        statement.index(),
                        at,
                        "proposed",
                        p.proposal().principal() + " wants " + p.proposal().tool()
                                + version(p.proposal().toolVersion())
                                + "; policy says " + word(p.decision().outcome()) + " ("
                                + p.decision().code() + ") by "
                                + rules(p.decision().rules()));
            case ApprovalRequested p ->
                new Line(
                        statement.index(),
                        at,
                        "asked",
                        p.obligations().quorum() + " × "
                                + p.obligations().approverRole().wire() + ", risk "
                                + p.risk().level().wire() + ", because of " + rules(p.rules()));
            case ApprovalResolved p ->
                new Line(
                        statement.index(),
                        at,
                        "answered",
                        word(p.answer()) + " (" + p.code() + ")"
                                + p.answers().stream()
                                        .map(answer -> " by " + answer.principal() + " (" + answer.authenticator()
                                                + ", " + answer.method() + ")")
                                        .collect(Collectors.joining(",")));
            case ExecutionPermit p ->
                new Line(
                        statement.index(),
                        at,
                        "permitted",
                        "cut " + p.cut() + ", at least tier " + p.tier() + ", network "
                                + word(p.egress().mode()) + " " + p.egress().hosts() + ", pool " + p.pool());
            case ToolExecuted p -> new Line(statement.index(), at, "executed", executed(p));
            case Audit p -> new Line(statement.index(), at, p.event().wire(), audit(p));
        };
    }

    private static String version(@Nullable String version) {
        return version == null ? ", which does not exist" : " " + version;
    }

    private static String executed(ToolExecuted executed) {
        String text = word(executed.outcome()) + " (" + executed.code() + ")";
        if (executed.ran() != null) {
            text += ", " + executed.ran().name() + " of SHA-256 "
                    + executed.ran().digest();
        }
        if (executed.sandbox() != null) {
            text += executed.sandbox().tier() == null
                    ? ", by the node itself"
                    : ", tier " + executed.sandbox().tier() + " ("
                            + executed.sandbox().backend() + ")";
        }
        return executed.exitCode() == null ? text : text + ", exit code " + executed.exitCode();
    }

    private static String audit(Audit audit) {
        if (audit.ended() != null) {
            return word(audit.ended().outcome()) + " (" + audit.ended().code() + ")";
        }
        if (audit.started() != null) {
            return "by " + audit.started().node();
        }
        return audit.actor() == null ? "" : "by " + audit.actor();
    }

    private static String rules(List<RuleRef> rules) {
        return rules.stream().map(RuleRef::id).collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

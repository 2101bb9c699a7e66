package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the log recorded each signing certificate before the first statement under it, so that no key can have been
 * slipped in afterwards.
 */
final class KeyBindingCheck {
    private final Report report;
    private final List<CheckedStatement> statements;

    KeyBindingCheck(Report report, List<CheckedStatement> statements) {
        this.report = report;
        this.statements = statements;
    }

    static boolean bindsAKey(Audit audit) {
        return audit.event() == AuditEvent.KEY_BOUND;
    }

    void check() {
        Map<String, Long> bound = new HashMap<>();
        for (CheckedStatement statement : statements) {
            if (statement.statement().predicate() instanceof Audit audit && bindsAKey(audit)) {
                bound.merge(
                        statement.statement().subject().name().toLowerCase(Locale.ROOT), statement.index(), Math::min);
            }
        }
        for (CheckedStatement statement : statements) {
            if (statement.statement().predicate() instanceof Audit audit && bindsAKey(audit)) {
                continue; // the log's own certificate is bound by a statement under itself
            }
            String certificate =
                    "certificate:" + statement.verified().chain().serials().getFirst();
            Long index = bound.get(certificate);
            report.check(
                    Claim.KEY_BINDING,
                    statement.name(),
                    index != null && index < statement.index(),
                    index == null
                            ? "the bundle has no key-bound statement for its " + certificate
                            : "its " + certificate + " was bound only at index " + index);
        }
    }
}

package dev.sallyport.policy.activation.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.policy.activation.Activation;
import dev.sallyport.policy.activation.PolicyChange;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.activation.SetSummary;
import dev.sallyport.policy.activation.StoredSet;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.policyset.Finding;
import dev.sallyport.policy.policyset.PolicySetCheck.Checked;
import dev.sallyport.policy.policyset.SetDifference;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.policy.policyset.TestReport;
import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policy sets as the wire shows them. A set is named by its digest in hexadecimal, or {@code baseline}. */
final class SetAnswers {
    private SetAnswers() {}

    record FindingView(
            Finding.Level level,
            String file,
            int line,
            int column,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String rule,

            String message) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.level(),
                    finding.file(),
                    finding.line(),
                    finding.column(),
                    finding.rule(),
                    finding.message());
        }
    }

    record TestsView(int passed, int failed, List<TestReport.Outcome> outcomes) {
        static TestsView of(TestReport report) {
            int failed = report.red().size();
            return new TestsView(report.outcomes().size() - failed, failed, report.outcomes());
        }
    }

    /**
     * What a check has found.
     *
     * @param valid whether it could be uploaded
     * @param digest of the set; null, as the version is, for a set with errors
     * @param version what decisions would carry
     */
    record CheckView(
            boolean valid,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String digest,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String version,

            List<FindingView> findings,
            TestsView tests) {
        static CheckView of(SetDocument document, Checked checked) {
            PolicySnapshot snapshot = checked.snapshot();
            return new CheckView(
                    snapshot != null,
                    snapshot == null ? null : document.digest().hex(),
                    snapshot == null ? null : snapshot.version().hex(),
                    checked.findings().stream().map(FindingView::of).toList(),
                    TestsView.of(checked.tests()));
        }
    }

    record UploadView(
            String digest,
            String version,
            String name,
            String uploadedBy,
            Instant uploadedAt,
            List<FindingView> findings,
            TestsView tests) {}

    record SummaryView(String digest, String name, int bytes, String uploadedBy, Instant uploadedAt, boolean active) {
        static SummaryView of(SetSummary set) {
            return new SummaryView(
                    set.digest().hex(), set.name(), set.bytes(), set.uploadedBy(), set.uploadedAt(), set.active());
        }
    }

    record SetView(
            String digest,
            String name,
            List<String> authors,
            Instant uploadedAt,
            boolean active,
            Map<String, String> files) {
        static SetView of(StoredSet set, Activation current) {
            return new SetView(
                    set.digest().hex(),
                    set.name(),
                    set.authors(),
                    set.uploadedAt(),
                    set.digest().equals(current.set()),
                    set.document().files());
        }
    }

    record ActivationView(
            long position,
            String set,
            boolean active,
            boolean rollback,
            String actor,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String proposedBy,

            Instant activatedAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long beneath) {
        static ActivationView of(Activation activation, long current) {
            return new ActivationView(
                    activation.position(),
                    named(activation.set()),
                    activation.position() == current,
                    activation.rollback(),
                    activation.actor(),
                    activation.proposedBy(),
                    activation.activatedAt(),
                    activation.beneath());
        }
    }

    record ChangeView(
            String changeId,
            String state,
            String set,
            boolean rollback,
            List<String> rules,
            String proposedBy,
            Instant proposedAt,
            Instant expiresAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String decidedBy) {
        static ChangeView of(PolicyChange change) {
            return new ChangeView(
                    change.changeId(),
                    change.state().name().toLowerCase(Locale.ROOT),
                    named(change.set()),
                    change.rollback(),
                    change.rules(),
                    change.proposers().getFirst(),
                    change.proposedAt(),
                    change.expiresAt(),
                    change.decidedBy());
        }
    }

    record RuleView(
            String id,
            String digest,
            String tier,
            String effect,
            boolean logOnly,
            String file,
            int line,
            String source) {
        static @Nullable RuleView of(@Nullable PolicyRule rule) {
            return rule == null
                    ? null
                    : new RuleView(
                            rule.id(),
                            rule.identity().digest().hex(),
                            rule.tier().wire(),
                            rule.effect().name().toLowerCase(Locale.ROOT),
                            rule.logOnly(),
                            rule.file(),
                            rule.line(),
                            rule.source());
        }
    }

    record RuleChangeView(
            String id,
            SetDifference.Change change,
            boolean takesTwoPeople,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RuleView before,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RuleView after) {}

    record DifferenceView(
            String before, String after, List<SetDifference.FileChange> files, List<RuleChangeView> rules) {
        static DifferenceView of(SetName before, SetName after, SetDifference difference) {
            List<String> needing = difference.needingSecondPerson();
            return new DifferenceView(
                    before.toString(),
                    after.toString(),
                    difference.files(),
                    difference.rules().stream()
                            .map(rule -> new RuleChangeView(
                                    rule.id(),
                                    rule.change(),
                                    needing.contains(rule.id()),
                                    RuleView.of(rule.before()),
                                    RuleView.of(rule.after())))
                            .toList());
        }
    }

    /**
     * Whether tests of a set have met a rule of it.
     *
     * @param covered whether the rule determined a decision of at least one test; never of a rule that is only watched
     */
    record CoverageView(String id, String file, int line, boolean logOnly, boolean covered) {}

    private static String named(@Nullable Digest set) {
        return new SetName(set).toString();
    }
}

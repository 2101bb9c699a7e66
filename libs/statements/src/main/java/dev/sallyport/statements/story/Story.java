package dev.sallyport.statements.story;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the statements of a call say, one line each, in the order in which they arose. It proves nothing by itself. */
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

    private static final Map<String, String> HOSTS = hostFacts();

    private final Function<Digest, String> words;

    private Story(Function<Digest, String> words) {
        this.words = words;
    }

    private static Map<String, String> hostFacts() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("host_reached", "reached");
        words.put("hosts_reached", "reached, all together:");
        words.put("host_opened", "opened");
        words.put("host_refused", "refused");
        words.put("hosts_refused", "refused:");
        return Collections.unmodifiableMap(words);
    }

    /**
     * What statements say.
     *
     * @param words the content of a detail as text; empty for one that is not known
     */
    public static List<Line> of(List<Told> call, Function<Digest, String> words) {
        Story story = new Story(words);
        return StoryOrder.of(call).stream().map(story::line).toList();
    }

    private Line line(Told told) {
        return new Line(
                told.index(),
                StatementJson.format(told.statement().predicate().issued().at()),
                what(told.statement().predicate()),
                text(told.statement().predicate()));
    }

    private static String what(Predicate predicate) {
        return switch (predicate) {
            case ToolProposed _ -> "proposed";
            case ApprovalRequested _ -> "asked";
            case ApprovalResolved _ -> "answered";
            case ExecutionPermit _ -> "permitted";
            case ToolExecuted _ -> "executed";
            case Audit p -> p.event().wire();
        };
    }

    private String text(Predicate predicate) {
        return switch (predicate) {
            case ToolProposed p ->
                p.proposal().principal() + " wants " + p.proposal().tool()
                        + version(p.proposal().toolVersion())
                        + "; policy " + verdict(p.decision().outcome()) + " ("
                        + p.decision().code() + ") by "
                        + rules(p.decision().rules()) + rationale(p.rationale());
            case ApprovalRequested p ->
                p.obligations().quorum() + " × "
                        + p.obligations().approverRole().wire()
                        + (p.group() == null
                                ? ""
                                : " of the group "
                                        + String.join(" and ", p.group().names())
                                        + escalation(p.group().escalation()))
                        + ", risk "
                        + p.risk().level().wire() + ", because of " + rules(p.rules());
            case ApprovalResolved p ->
                word(p.answer()) + " (" + p.code() + ")"
                        + p.answers().stream().map(this::answer).collect(Collectors.joining(",")) + further(p);
            case ExecutionPermit p ->
                "cut " + p.cut() + ", at least tier " + p.tier() + ", " + network(p.egress()) + secrets(p.secrets())
                        + ", pool " + p.pool();
            case ToolExecuted p -> executed(p);
            case Audit p -> audit(p);
        };
    }

    private static String escalation(ApprovalRequested.@Nullable Escalation escalation) {
        return escalation == null
                ? ""
                : ", after " + escalation.afterS() + " s also of " + String.join(" and ", escalation.names());
    }

    private static String verdict(Decision.Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> "allows it";
            case DENY -> "denies it";
            case APPROVAL_REQUIRED -> "asks a person";
        };
    }

    private static String network(Egress egress) {
        String hosts = String.join(", ", egress.hosts());
        return switch (egress.mode()) {
            case NONE -> "network not held";
            case PREFLIGHT ->
                hosts.isEmpty() ? "no network" : "network open, the hosts that it names looked at before: " + hosts;
            case STRICT -> hosts.isEmpty() ? "no network" : "network to " + hosts + " only";
        };
    }

    private static String secrets(List<SecretGrant> secrets) {
        return secrets.isEmpty()
                ? ""
                : secrets.stream()
                        .map(secret -> secret.reference() + "#" + secret.version() + " by " + secret.delivery())
                        .collect(Collectors.joining(", ", ", with ", ""));
    }

    private String rationale(@Nullable DetailRef named) {
        String text = named == null ? "" : words.apply(named.digest());
        return text.isEmpty() ? "" : "; in its own words: \"" + text + "\"";
    }

    private String answer(ApproverAnswer answer) {
        String text = " by " + answer.principal() + " (" + answer.authenticator() + ", " + answer.method() + ")";
        if (answer.reason() == null) {
            return text;
        }
        String reason = words.apply(answer.reason().digest());
        return text + (reason.isEmpty() ? " with a reason that is not disclosed here" : ": \"" + reason + "\"");
    }

    /** What an answer says beyond its call, or which earlier one it repeats. */
    private static String further(ApprovalResolved resolved) {
        ApprovalResolved.Grant grant = resolved.grant();
        if (grant != null) {
            return ", and " + grant.uses() + " further calls like it"
                    + (resolved.scope() == ApprovalScope.SESSION ? " of its session" : "") + " until "
                    + StatementJson.format(grant.until()) + " (grant " + grant.id() + ")";
        }
        ApprovalResolved.Reuse reuse = resolved.reuse();
        return reuse == null ? "" : " by grant " + reuse.grantId() + ", use " + reuse.use() + "; nobody was asked";
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
        if (executed.host() != null) {
            text += ", on " + executed.host().node();
        }
        if (executed.exitCode() != null) {
            text += ", exit code " + executed.exitCode();
        }
        return executed.sandbox() == null
                ? text
                : text + hosts(executed.sandbox().facts());
    }

    /** Which hosts the call reached and which it was refused, as its node told it. */
    private static String hosts(List<Fact> facts) {
        StringBuilder text = new StringBuilder();
        HOSTS.forEach((name, word) -> facts.stream()
                .filter(fact -> fact.name().equals(name))
                .forEach(fact -> text.append("; ").append(word).append(' ').append(fact.value())));
        return text.toString();
    }

    private static String audit(Audit audit) {
        if (audit.ended() != null) {
            return word(audit.ended().outcome()) + " (" + audit.ended().code() + ")";
        }
        if (audit.started() != null) {
            return "by " + audit.started().node();
        }
        if (audit.event() == AuditEvent.APPROVAL_ESCALATED) {
            return "the group " + audit.attributes().getOrDefault("groups", "?") + " may answer too";
        }
        String by = audit.actor() == null ? "" : "by " + audit.actor();
        String reference = audit.attributes().get("reference");
        return reference == null ? by : by + secret(reference, audit.attributes());
    }

    private static String secret(String reference, Map<String, String> attributes) {
        String version = attributes.get("version");
        String code = attributes.get("code");
        return ": " + reference + (version == null ? "" : "#" + version) + (code == null ? "" : " (" + code + ")");
    }

    private static String rules(List<RuleRef> rules) {
        return rules.stream().map(RuleRef::id).collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

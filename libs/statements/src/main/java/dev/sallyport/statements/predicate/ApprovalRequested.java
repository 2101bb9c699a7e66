package dev.sallyport.statements.predicate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * approval-requested/v1: what humans must answer, by policy-service. Links to tool-proposed/v1.
 *
 * @param approvalId ULID of the question
 * @param rules the rules that ask, which an approval lifts
 * @param requester the principal that asks; may never answer
 * @param accountable who answers for the requester; may not answer where {@code obligations.four_eyes}
 * @param prompt what a human is shown, a detail in canonical JSON
 * @param expiresAt when no answer becomes no, milliseconds
 * @param options the answers offered, for example {@code allow_once}, {@code deny}
 * @param group whoever answers must be in it, whatever the role; null when the role is enough
 */
public record ApprovalRequested(
        Issuance issued,
        List<Link> links,
        String approvalId,
        List<RuleRef> rules,
        Obligations obligations,
        Risk risk,
        String requester,
        List<String> accountable,
        DetailRef prompt,
        Instant expiresAt,
        List<String> options,
        @Nullable Group group)
        implements Predicate {
    /**
     * The only people who may answer.
     *
     * @param names the groups that the rules name; somebody who answers is in all of them
     * @param members the people who were, when it was asked
     */
    public record Group(List<String> names, List<String> members) {
        /** Copies the lists. */
        public Group {
            names = List.copyOf(names);
            members = List.copyOf(members);
        }
    }

    /** Copies the lists. */
    public ApprovalRequested {
        links = List.copyOf(links);
        rules = List.copyOf(rules);
        accountable = List.copyOf(accountable);
        options = List.copyOf(options);
    }

    /** A question that everybody with the role may answer. */
    public ApprovalRequested(
            Issuance issued,
            List<Link> links,
            String approvalId,
            List<RuleRef> rules,
            Obligations obligations,
            Risk risk,
            String requester,
            List<String> accountable,
            DetailRef prompt,
            Instant expiresAt,
            List<String> options) {
        this(
                issued,
                links,
                approvalId,
                rules,
                obligations,
                risk,
                requester,
                accountable,
                prompt,
                expiresAt,
                options,
                null);
    }
}
